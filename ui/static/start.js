// Starts the pages; where that fails, a sentence takes their place.
import init from "./parallax-ui.js";

// Set before anything is drawn, so that the page does not flash in the other theme.
const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
const wanted = localStorage.getItem("theme");
document.documentElement.dataset.theme = wanted === "light" || wanted === "dark" ? wanted : system;

init({ module_or_path: "parallax-ui_bg.wasm" }).catch((error) => {
    const boot = document.getElementById("boot") ?? document.body;
    boot.setAttribute("role", "alert");
    boot.textContent = `The pages of Parallax could not be started: ${error}`;
});
