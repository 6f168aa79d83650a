// All words of the page, by language. Both have the same keys.

import { en } from "./words/en.js";
import { zh } from "./words/zh.js";

export const strings = { zh, en };
