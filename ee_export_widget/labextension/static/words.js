/** What the panel says of kernels. */

/** @import { Place } from "./kernels.js" */
/** @import { Words } from "./panel.js" */
/** @typedef {() => void} Act */

const INSTALL = "%pip install ee-export-widget";
const OWN = "Use a kernel of its own";

/** @param {Place} place @returns {Words} */
export const opening = ({ name }) => ({ tone: "busy", text: `Opening the form in ${name}.` });

/** @returns {Words} */
export const starting = () => ({ tone: "busy", text: "Starting a kernel for the form." });

/** @param {Place} place @returns {Words} */
export const busy = ({ name }) => ({
  tone: "busy",
  strong: `The kernel of ${name} is busy.`,
  text: "The form comes when its cell has ended.",
});

/** @returns {Words} */
export const restarting = () => ({ tone: "busy", text: "The kernel is restarting." });

/** @returns {Words} */
export const restarted = () => ({
  tone: "info",
  strong: "The kernel was restarted.",
  text: "Exports that were submitted go on at the service.",
});

/** @returns {Words} */
export const unreachable = () => ({
  tone: "warning",
  strong: "Jupyter does not answer.",
  text: "The form comes back by itself when it does. Exports that were submitted go on at the service.",
});

/** @param {Place} place @param {{ start: Act, own: Act }} acts @returns {Words} */
export const gone = ({ notebook }, { start, own }) => ({
  tone: "error",
  strong: "The kernel is gone.",
  text: "The form below does not answer any more. Exports that were submitted go on at the service.",
  choices: [{ label: "Start a kernel", press: start }, ...(notebook ? [{ label: OWN, press: own }] : [])],
});

/** @param {Place} place @param {{ start: Act, own: Act }} acts @returns {Words} */
export const noKernel = ({ name }, { start, own }) => ({
  tone: "info",
  text: `${name} has no kernel.`,
  choices: [
    { label: "Start its kernel", press: start },
    { label: OWN, press: own },
  ],
});

/** @param {Place} place @param {string} language @param {{ own: Act }} acts @returns {Words} */
export const otherLanguage = ({ name }, language, { own }) => ({
  tone: "info",
  strong: `The kernel of ${name} speaks ${language}.`,
  text: "The form needs Python.",
  choices: [{ label: OWN, press: own }],
});

/** @param {Place} from @param {Place} there @param {{ go: Act, stay: Act }} acts @returns {Words} */
export const otherInFront = (from, there, { go, stay }) => ({
  tone: "info",
  strong: `${there.name} is in front.`,
  text: `The form has work in it and stays in ${from.name}, also when you go.`,
  choices: [
    { label: `Go to ${there.name}`, press: go },
    { label: `Stay in ${from.name}`, press: stay },
  ],
});

/** @param {Place} place @param {{ own: Act }} acts @returns {Words} */
export const closed = ({ name }, { own }) => ({
  tone: "info",
  strong: `${name} was closed.`,
  text: "Its form comes back with it.",
  choices: [{ label: OWN, press: own }],
});

/**
 * @param {unknown} error
 * @param {Place | null} place
 * @param {{ again: Act, own?: Act }} acts
 * @returns {Words}
 */
export function failed(error, place, { again, own }) {
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  const choices = [{ label: "Try again", press: again }];
  if (name === "NoKernel") {
    return {
      tone: "error",
      strong: "There is no Python kernel here.",
      text: "Install one where Jupyter runs, then load this page again:",
      code: "pip install ipykernel",
      choices,
    };
  }
  if (name === "ModuleNotFoundError" && message.includes("ee_export_widget")) {
    const other = message.includes("ee_export_widget.");
    if (own && place?.notebook) choices.push({ label: OWN, press: own });
    return {
      tone: "error",
      strong: `ee-export-widget is ${other ? "too old" : "not installed"} where ${place?.name ?? "the kernel"} runs.`,
      text: "Run this in a cell of the notebook, then try again:",
      code: other ? `${INSTALL} --upgrade` : INSTALL,
      choices,
    };
  }
  return {
    tone: "error",
    strong: place ? `The form could not be opened in ${place.name}.` : "No kernel could be started.",
    text: name && name !== "Error" ? `${name}: ${message}` : message,
    choices,
  };
}

const WIDGETS = 'pip install --upgrade "jupyterlab-widgets>=3"';

/** What the page lacks. @returns {Words} */
export const noManager = () => ({
  tone: "error",
  strong: "Jupyter's widgets are missing here.",
  text: "Install them where Jupyter runs, then load this page again:",
  code: WIDGETS,
});

/** What is too old in the page. @returns {Words} */
export const oldManager = () => ({
  tone: "error",
  strong: "Jupyter's widgets are too old here.",
  text: "This page has those of ipywidgets 7, and the form needs those of ipywidgets 8. Upgrade them where Jupyter runs, then load this page again:",
  code: WIDGETS,
});
