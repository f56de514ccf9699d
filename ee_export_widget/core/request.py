"""`ExportImageRequest`: the body of ``projects.image.export``, member for member."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from pydantic import Field
from pydantic.alias_generators import to_camel

from ee_export_widget.core import naming
from ee_export_widget.core.destinations import (
    DESTINATIONS,
    CloudStorageDestination,
    Destination,
    DestinationKind,
    DriveDestination,
    EarthEngineDestination,
)
from ee_export_widget.core.encoding import (
    INT32_MAX,
    INT64,
    Opaque,
    Text,
    WrappedInt32,
    WrappedInt64,
    encode_json,
    enum_reader,
    without_value,
)
from ee_export_widget.core.estimate import DEFAULT_MAX_PIXELS
from ee_export_widget.core.expression import Expression, read_expression
from ee_export_widget.core.formats import (
    FORMATS,
    FormatOptions,
    GeoTiffImageExportOptions,
    ImageFileFormat,
    TfRecordImageExportOptions,
)
from ee_export_widget.core.grid.partial_grid import GridOrPart, PartialPixelGrid
from ee_export_widget.core.image_info import ImageInfo
from ee_export_widget.core.message import ClientOnly, Follows, Message, Range
from ee_export_widget.core.problems import DEFAULT_PRIORITY, PRIORITIES, problems_of
from ee_export_widget.core.pyramiding import PyramidingPolicy
from ee_export_widget.core.second_look import problems_beside
from ee_export_widget.errors import InvalidRequestError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator


__all__ = ["ExportImageRequest", "ImageAssetExportOptions", "ImageFileExportOptions", "PartialPixelGrid"]

_POLICY_NOT_SET = "PYRAMIDING_POLICY_UNSPECIFIED"
_read_policy = enum_reader(PyramidingPolicy, "pyramiding policy", _POLICY_NOT_SET)


def _override_names(field: str, overrides: Mapping[str, PyramidingPolicy]) -> Iterator[Problem]:
    yield from naming.no_empty_entry("band", field, overrides)
    if ".default" in overrides:
        message = "“.default” is the official client's word for the default policy, not a band."
        hint = "Move it to assetExportOptions.pyramidingPolicy."
        yield Problem(f"{field}..default", "override-default", "error", message, hint)


class ImageAssetExportOptions(Message):
    """What an export into an asset adds to the request."""

    earth_engine_destination: Annotated[EarthEngineDestination | None, Field(title="Earth Engine asset")] = None
    pyramiding_policy: Annotated[
        PyramidingPolicy | None,
        _read_policy,
        Field(title="Default policy", description="How pixels are joined at coarser levels. Not set: MEAN."),
    ] = None
    pyramiding_policy_overrides: Annotated[
        dict[Text, Annotated[PyramidingPolicy, _read_policy]] | None,
        without_value(_POLICY_NOT_SET),
        Field(title="Policy", description="Bands that do not follow the default policy."),
        Follows(_override_names),
    ] = None
    tile_size: Annotated[WrappedInt32 | None, Field(title="Tile size"), Range(1, INT32_MAX, "px"), ClientOnly()] = None

    @property
    def destination(self) -> Destination | None:
        """Where the pixels go."""
        return self.earth_engine_destination

    def policy_of(self, band_id: str) -> PyramidingPolicy:
        """Give the policy that a band will have."""
        default = self.pyramiding_policy or PyramidingPolicy.MEAN
        return (self.pyramiding_policy_overrides or {}).get(band_id, default)

    def relations(self, path: str) -> Iterator[Problem]:
        """Check that there is a destination."""
        if self.destination is None:
            yield Problem(path, "destination-missing", "error", "The export has no asset to write.", "Name the asset.")


class ImageFileExportOptions(Message):
    """What an export into files adds to the request."""

    exclusive: ClassVar = (
        ("drive_destination", "cloud_storage_destination", ""),
        ("geo_tiff_options", "tf_record_options", "tf_record_options"),
    )

    file_format: Annotated[
        ImageFileFormat | None,
        enum_reader(ImageFileFormat, "file format", "IMAGE_FILE_FORMAT_UNSPECIFIED"),
        Field(title="Format", description="GeoTIFF or TFRecord."),
    ] = None
    drive_destination: Annotated[DriveDestination | None, Field(title="Google Drive")] = None
    cloud_storage_destination: Annotated[CloudStorageDestination | None, Field(title="Cloud Storage")] = None
    geo_tiff_options: Annotated[GeoTiffImageExportOptions | None, Field(title="GeoTIFF")] = None
    tf_record_options: Annotated[TfRecordImageExportOptions | None, Field(title="TFRecord")] = None

    @property
    def destination(self) -> Destination | None:
        """Where the pixels go."""
        return self.drive_destination or self.cloud_storage_destination

    @property
    def format_options(self) -> FormatOptions | None:
        """Options of the file format: those that are set, or the defaults of the format."""
        if self.geo_tiff_options is not None or self.tf_record_options is not None:
            return self.geo_tiff_options or self.tf_record_options
        return next((kind() for kind in FORMATS if kind.file_format is self.file_format), None)

    def relations(self, path: str) -> Iterator[Problem]:
        """Check that there are a destination and a format, and that the options are those of the format."""
        if self.destination is None:
            message = "The files have no destination."
            yield Problem(path, "destination-missing", "error", message, "Choose Google Drive or Cloud Storage.")
        names = " or ".join(kind.file_format for kind in FORMATS)
        if self.file_format is None:
            yield Problem(
                f"{path}.fileFormat", "format-missing", "error", "The file format is missing.", f"Use {names}."
            )
            return
        if not any(self.file_format is kind.file_format for kind in FORMATS):
            message = f"Images cannot be exported as {self.file_format}."
            yield Problem(f"{path}.fileFormat", "format-not-for-exports", "error", message, f"Use {names}.")
        options = self.format_options
        if options is not None and options.file_format is not self.file_format:
            where = to_camel(options.member)
            message = f"{where} are options of {options.file_format}, but the format is {self.file_format}."
            yield Problem(f"{path}.{where}", "format-mismatch", "error", message, "Remove them, or change the format.")


class ExportImageRequest(Message):
    """An export of one image: the REST body, member for member.

    Every value that the message can hold may be held, sensible or not; `problems` says what is wrong with
    it. Members that are not set are ``None``. Requests are compared by value and never change.

    Raises
    ------
    InvalidRequestError
        If a member has the wrong type, or members contradict each other.
    TypeError
        If there is no such member.
    """

    exclusive: ClassVar = (("file_export_options", "asset_export_options", "file_export_options"),)

    expression: Annotated[
        Expression | None,
        Opaque(read_expression),
        Field(title="Image", description="What is exported, as an expression that gives one image."),
    ] = None
    description: Annotated[
        Text | None,
        Field(title="Description", description="Name of the operation in task lists."),
        Follows(naming.description),
    ] = None
    max_pixels: Annotated[
        WrappedInt64 | None,
        Field(title="maxPixels", description="The export is refused if its grid has more pixels than this."),
        Range(1, INT64[-1], "px", default=DEFAULT_MAX_PIXELS),
    ] = None
    grid: Annotated[GridOrPart, Field(title="Grid", description="The exact pixels that are written.")] = None
    request_id: Annotated[
        Text | None,
        Field(title="Request ID", description="Stops double submits: the service starts one operation per ID."),
        Follows(naming.request_id),
    ] = None
    workload_tag: Annotated[
        Text | None,
        Field(title="Workload tag", description="Label under which the cost is listed."),
        Follows(naming.workload_tag),
    ] = None
    priority: Annotated[
        WrappedInt32 | None,
        Field(title="Priority", description="Larger numbers run sooner within the project."),
        Range(PRIORITIES[0], PRIORITIES[-1], default=DEFAULT_PRIORITY),
    ] = None
    file_export_options: Annotated[ImageFileExportOptions | None, Field(title="Files")] = None
    asset_export_options: Annotated[ImageAssetExportOptions | None, Field(title="Asset")] = None
    max_workers: Annotated[WrappedInt32 | None, Field(title="Workers"), Range(1, INT32_MAX), ClientOnly()] = None

    @classmethod
    def from_json(cls, mapping: Mapping[str, object]) -> Self:
        """Read the REST body; members that are null count as absent.

        Raises
        ------
        InvalidRequestError
            If it is not a mapping, has an unknown member, or a member of the wrong type. Its problems are
            these first, then the errors of all that could be read.
        """
        try:
            return super().from_json(mapping)
        except InvalidRequestError as error:
            more = problems_beside(error.problems, mapping, super().from_json)
            raise InvalidRequestError([*error.problems, *more]) from error

    @property
    def options(self) -> ImageAssetExportOptions | ImageFileExportOptions | None:
        """The options of the kind of export that this is."""
        return self.asset_export_options or self.file_export_options

    @property
    def destination(self) -> Destination | None:
        """Where the pixels go; None while that is not said."""
        return self.options.destination if self.options else None

    @property
    def destination_kind(self) -> DestinationKind | None:
        """Short name of the kind of destination."""
        return self.destination.kind if self.destination else None

    def with_destination(self, destination: Destination) -> Self:
        """Give the same request with another destination; options of the same kind of export are kept."""
        current = getattr(self, destination.options) or _NEW_OPTIONS[destination.options]
        others = {kind.member: None for kind in DESTINATIONS if kind.options == destination.options}
        options = current.with_(**(others | {destination.member: destination}))
        return self.with_(**(dict.fromkeys(_NEW_OPTIONS) | {destination.options: options}))

    def canonical(self) -> Self:
        """Give the request as the form sends it: documented members only, and with a description."""
        request = super().canonical()
        if request.description or request.destination is None:
            return request
        return request.with_(description=naming.clean_description(request.destination.label) or "export")

    def to_json(self) -> dict[str, Any]:
        """Write the REST body: documented encodings, members in the order of the reference, nothing invented."""
        parts = self._parts_without_expression()
        if self.expression is None:
            return parts
        return {"expression": self.expression, **parts}

    def _parts_without_expression(self) -> dict[str, Any]:
        parts = self.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"expression", "grid"})
        if self.grid is not None:
            parts["grid"] = self.grid.to_json()
        return {alias: parts[alias] for alias in _ALIASES if alias in parts}

    def encode(self) -> bytes:
        """Write the body as compact JSON in UTF-8; the expression is encoded once in its life.

        Raises
        ------
        InvalidRequestError
            If the expression is no JSON.
        """
        return b"".join(self._encoded_pieces())

    @property
    def size_bytes(self) -> int:
        """Size of the encoded body.

        Raises
        ------
        InvalidRequestError
            If the expression is no JSON.
        """
        return sum(map(len, self._encoded_pieces()))

    def _encoded_pieces(self) -> tuple[bytes, ...]:
        rest = encode_json(self._parts_without_expression())
        if self.expression is None:
            return (rest,)
        if self.expression.size_bytes == 0:
            raise InvalidRequestError(self.expression.problems)
        separator = b"," if len(rest) > len(b"{}") else b""
        return b'{"expression":', self.expression.encoded, separator, rest[1:]

    def problems(self, image: ImageInfo | Mapping[str, Any] | None = None) -> list[Problem]:
        """List everything that can be known to be wrong without asking the service, errors first.

        Parameters
        ----------
        image
            What is known of the image, also as the description that value:compute gives; more can be checked with it.

        Raises
        ------
        InvalidRequestError
            Where the description is that of something else than one image.
        """
        return problems_of(self, ImageInfo.from_description(image) if isinstance(image, Mapping) else image)


_NEW_OPTIONS: dict[str, Message] = {
    "asset_export_options": ImageAssetExportOptions(),
    "file_export_options": ImageFileExportOptions(file_format=ImageFileFormat.GEO_TIFF),
}
_ALIASES = tuple(str(field.alias) for field in ExportImageRequest.model_fields.values())
