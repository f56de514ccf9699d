"""The asset tree: folders and images under `assets/` of the data directory."""

from __future__ import annotations

import json
import re
import shutil
import threading
import uuid
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .clock import timestamp
from .errors import ServiceError, invalid
from .image import Band, Image, PixelType
from .quota import DOCUMENT, Quota
from .raster.files import file_version
from .raster.grid import PixelGrid, Projection, Window, read_affine, read_crs
from .raster.stored import StoredBand
from .schema import read_asset_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from .clock import Clock

PROJECT_ID = re.compile(r"(?:[a-z0-9.-]+:)?[a-z0-9][a-z0-9-]{0,29}")
_ROOT = re.compile(rf"projects/({PROJECT_ID.pattern})/assets/?")
_CREATABLE = {"FOLDER", "IMAGE_COLLECTION"}
_REPLACED = "replaced"


def band_file_name(band_id: str) -> str:
    """Return the name of the file that holds a band; what a file name cannot hold is written as `%` and hex digits."""
    return f"{safe_name(band_id)}.tif"


def safe_name(text: str) -> str:
    """Return a text as one file name that leads nowhere else, different texts staying different."""
    encoded = "".join(
        char
        if re.fullmatch(r"[\w .,+=@~^()\[\]{}!$&';-]", char, re.ASCII)
        else "".join(f"%{byte:02X}" for byte in char.encode())
        for char in text
    )
    return f"%2E{encoded[1:]}" if encoded.startswith(".") else encoded


class AssetTree:
    """Reads and changes the assets in a data directory, and nothing outside of it.

    Parameters
    ----------
    data_dir
        The emulator's directory. Links below it are treated as absent.
    clock
        For update times.
    quota
        Of every project.
    """

    def __init__(self, data_dir: Path, clock: Clock, quota: Quota) -> None:
        self._quota = quota
        self._root = data_dir / "assets"
        self._work = data_dir / "work"
        self._clock = clock
        self._swap = threading.RLock()

    def directory(self, name: str) -> Path:
        """Return where an asset lies or would lie.

        Raises
        ------
        ServiceError
            When the name is malformed, or its way leads over a link.
        """
        root = _ROOT.fullmatch(name)
        project = root[1] if root else read_asset_name(name).split("/")[1]
        path = self._root
        for part in [project] if root else [project, *name.split("/")[3:]]:
            path /= part
            if path.is_symlink():
                raise asset_missing(name)
        return path

    def get(self, name: str) -> dict[str, Any]:
        """Return the EarthEngineAsset message of an asset.

        Raises
        ------
        ServiceError
            NOT_FOUND, in the words that do not tell missing from forbidden.
        """
        document = self._document(name.rstrip("/"))
        if document is None:
            raise asset_missing(name)
        document.pop("operation", None)
        if _ROOT.fullmatch(name):
            document["quota"] = self._quota.to_json(self.directory(name))
        return document

    def exists(self, name: str) -> bool:
        """Whether something is stored under this name."""
        return self._document(name) is not None

    def author(self, name: str) -> str | None:
        """Return the name of the operation that wrote an asset, if one did."""
        return (self._document(name) or {}).get("operation")

    def children(self, parent: str, *, basic: bool = False) -> list[dict[str, Any]]:
        """Return what lies directly in a folder or collection, by name.

        Folders answer in the short form, collections in full unless `basic` is asked for.

        Raises
        ------
        ServiceError
            NOT_FOUND, or INVALID_ARGUMENT for an asset that holds no others.
        """
        parent = parent.rstrip("/")
        document = self._document(parent)
        if document is None:
            raise asset_missing(parent)
        if document["type"] not in _CREATABLE:
            raise invalid(f"Asset '{parent}' is not a folder or a collection.")
        names = [f"{parent}/{path.name}" for path in sorted(self._folders(self.directory(parent)))]
        found = [child for name in names if (child := self._document(name)) is not None]
        if document["type"] == "IMAGE_COLLECTION" and not basic:
            return [{key: value for key, value in child.items() if key != "operation"} for child in found]
        return [{key: child[key] for key in ("type", "name", "id", "updateTime") if key in child} for child in found]

    def create(self, name: str, kind: str, properties: dict[str, Any] | None = None) -> dict[str, Any]:
        """Make a folder or an empty collection.

        Raises
        ------
        ServiceError
            When the kind cannot be made here, the name is taken, or the parent is missing.
        """
        if kind not in _CREATABLE:
            raise invalid(f"Assets of type {kind or 'TYPE_UNSPECIFIED'} cannot be created empty; use FOLDER.")
        read_asset_name(name)
        self.require_parent(name, kind)
        with self._swap:
            if self.exists(name):
                raise ServiceError("ALREADY_EXISTS", cannot_overwrite(name))
            document = self._base(name, kind) | ({"properties": properties} if properties else {})
            with self._aside() as staged:
                staged.mkdir()
                (staged / DOCUMENT).write_text(json.dumps(document), encoding="utf-8")
                self._place(staged, name)
        return self.get(name)

    def require_parent(self, name: str, kind: str = "IMAGE") -> None:
        """Check that an asset may be put where its name says.

        Raises
        ------
        ServiceError
            When the parent is missing, is an image, or is a collection and `kind` is no image.
        """
        parent = name.rpartition("/")[0]
        document = self._document(parent)
        if document is None or document["type"] not in _CREATABLE:
            raise asset_missing(parent)
        if document["type"] == "IMAGE_COLLECTION" and kind != "IMAGE":
            raise invalid(f"Cannot create asset '{name}': an image collection may hold only images.")

    def delete(self, name: str) -> None:
        """Remove an image, or a folder or collection that is empty.

        Raises
        ------
        ServiceError
            When there is no such asset, or it holds others.
        """
        if _ROOT.fullmatch(name) or not self.exists(name):
            raise asset_missing(name)
        directory = self.directory(name)
        if next(self._folders(directory), None) is not None:
            raise invalid(f"Cannot delete asset '{name}' because it has children.")
        with self._swap, self._aside() as away:
            directory.rename(away)

    def install(self, name: str, staged: Path, *, overwrite: bool) -> None:
        """Move a finished image from the work directory to its place, all at once.

        Raises
        ------
        ServiceError
            When the parent is gone meanwhile, or something is there that may not be replaced.
        """
        self.require_parent(name)
        with self._swap:
            if not self.exists(name):
                self._place(staged, name)
                return
            directory = self.directory(name)
            if not overwrite or next(self._folders(directory), None) is not None:
                raise invalid(cannot_overwrite(name))
            self._require_room(staged, name)
            with self._aside(_REPLACED) as away:
                directory.rename(away)
                staged.rename(directory)

    def recover(self) -> None:
        """Put back the image whose replacement was interrupted before the new one was in its place."""
        for document in self._work.glob(f"{_REPLACED}-*/{DOCUMENT}"):
            directory = self.directory(json.loads(document.read_text("utf-8"))["name"])
            if not directory.exists():
                document.parent.rename(directory)

    def load(self, name: str) -> Image:
        """Return the image of an asset; pixels are read when asked for.

        Raises
        ------
        ServiceError
            NOT_FOUND when there is no such image.
        """
        with self._swap:  # description and files of one version
            document = self._document(name)
            if document is None or document["type"] != "IMAGE":
                text = f"Image.load: Image asset '{name}' not found (does not exist or caller does not have access)."
                raise invalid(text)
            directory = self.directory(name)
            bands = tuple(self._band(directory, band) for band in document["bands"])
        updated = datetime.fromisoformat(document["updateTime"])
        properties = {**document.get("properties", {})}
        return Image(bands, properties, name, int(updated.timestamp() * 1_000_000))

    def load_collection(self, name: str) -> list[Image]:
        """Return the images that lie directly in a collection.

        Raises
        ------
        ServiceError
            When there is no such collection.
        """
        document = self._document(name)
        if document is None or document["type"] not in _CREATABLE:
            raise invalid(
                f"ImageCollection.load: ImageCollection asset '{name}' not found "
                "(does not exist or caller does not have access)."
            )
        images = [self.load(child["name"]) for child in self.children(name) if child["type"] == "IMAGE"]
        return [
            replace(image, properties={**image.properties, "system:index": image.id.rpartition("/")[2]})
            for image in images
        ]

    def describe_image(
        self, name: str, image: Image, grid: PixelGrid, policies: Sequence[str], *, size_bytes: int
    ) -> dict[str, Any]:
        """Return the document of an image that was written on a grid, one policy per band."""
        document = self._base(name, "IMAGE")
        document["bands"] = [
            {
                "id": band.id,
                "dataType": band.type.to_data_type(),
                "grid": grid.to_json(),
                "pyramidingPolicy": policy,
            }
            for band, policy in zip(image.bands, policies, strict=True)
        ]
        document["geometry"] = grid.footprint()
        document["properties"] = dict(image.properties)
        document["sizeBytes"] = str(size_bytes)
        for member, key in (("startTime", "system:time_start"), ("endTime", "system:time_end")):
            milliseconds = image.properties.get(key)
            if isinstance(milliseconds, int | float):
                document[member] = timestamp(datetime.fromtimestamp(milliseconds / 1000, UTC))
        return document

    def _base(self, name: str, kind: str) -> dict[str, Any]:
        return {"type": kind, "name": name, "id": name, "updateTime": timestamp(self._clock.now())}

    def _document(self, name: str) -> dict[str, Any] | None:
        """Return what is stored under a name; a directory without a document is a folder, a project's root too."""
        try:
            directory = self.directory(name)
        except ServiceError:
            return None
        path = directory / DOCUMENT
        with self._swap:  # an image that is being replaced is never absent
            if path.is_file() and not path.is_symlink():
                document: dict[str, Any] = json.loads(path.read_text("utf-8"))
                return document
            if directory.is_dir() or _ROOT.fullmatch(name):
                return {"type": "FOLDER", "name": name, "id": name}
        return None

    def _band(self, directory: Path, message: dict[str, Any]) -> Band:
        dimensions = message["grid"]["dimensions"]
        crs = read_crs(message["grid"])
        if crs is None:
            raise ServiceError("INTERNAL", f"{directory / DOCUMENT} names no coordinate system.")
        projection = Projection(crs, read_affine(message["grid"]["affineTransform"]))
        grid = PixelGrid(projection, dimensions["width"], dimensions["height"])
        limits = message["dataType"].get("range", {})
        pixel_type = PixelType(message["dataType"]["precision"].lower(), limits.get("min"), limits.get("max"))
        path = directory / band_file_name(message["id"])
        if path.is_symlink():
            raise asset_missing(message["id"])
        source = StoredBand(path, grid, pixel_type, file_version(path))
        extent = Window(0, 0, grid.width, grid.height)
        return Band(message["id"], pixel_type, source.read, projection, extent, message.get("pyramidingPolicy", ""))

    @staticmethod
    def _folders(directory: Path) -> Iterator[Path]:
        """Yield the directories that can be assets."""
        if directory.is_dir():
            yield from (path for path in directory.iterdir() if path.is_dir() and not path.is_symlink())

    def _place(self, staged: Path, name: str) -> None:
        """Move what is finished to a place that is free."""
        self._require_room(staged, name)
        directory = self.directory(name)
        directory.parent.mkdir(parents=True, exist_ok=True)
        staged.rename(directory)

    def _require_room(self, staged: Path, name: str) -> None:
        root = self.directory("/".join(name.split("/")[:3]))
        self._quota.require_room(root, staged, self.directory(name))

    @contextmanager
    def _aside(self, kind: str = "aside") -> Iterator[Path]:
        """Give a place outside of the tree, and remove what is in it afterwards."""
        self._work.mkdir(exist_ok=True)
        path = self._work / f"{kind}-{uuid.uuid4().hex}"
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)


def asset_missing(name: str) -> ServiceError:
    """Return the error for an asset that is missing or closed to the caller."""
    return ServiceError("NOT_FOUND", f"Asset '{name}' does not exist or doesn't allow this operation.")


def cannot_overwrite(name: str) -> str:
    """Return the service's sentence for a name that is taken."""
    return f"Cannot overwrite asset '{name}'."
