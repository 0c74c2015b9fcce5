// Practice: clicking the picture fills the two fields in.

import { hotspot } from "./hotspot.js";

const picture = document.querySelector("[data-hotspot]");
if (picture) {
  picture.tabIndex = 0;
  hotspot(picture, document.getElementById("across"), document.getElementById("down"), () => {});
}
