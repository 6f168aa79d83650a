// A map of nowhere: the same place always looks the same, and no map service is asked.

import { svg } from "../dom.js";

export function mapDrawing(latitude, longitude) {
  const random = numbers(latitude * 1000 + longitude);
  const roads = Array.from({ length: 7 }, (_, i) => road(i, random));
  const park = svg("rect", { class: "park", x: 20 + random() * 120, y: 10 + random() * 40, width: 50, height: 34, rx: 6 });
  const river = `M-5 ${20 + random() * 60} C 60 ${random() * 90}, 130 ${random() * 90}, 245 ${30 + random() * 50}`;
  const pin = svg("g", { transform: "translate(120 48)" }, svg("ellipse", { class: "shade", cx: 0, cy: 1, rx: 7, ry: 2.5 }));
  pin.append(svg("path", { class: "pin", d: "M0 0C-9-11-12-15-12-21a12 12 0 0 1 24 0c0 6-3 10-12 21z" }));
  pin.append(svg("circle", { class: "hole", cx: 0, cy: -21, r: 4.5 }));
  const box = { class: "map", viewBox: "0 0 240 96", preserveAspectRatio: "xMidYMid slice", "aria-hidden": "true" };
  return svg("svg", box, park, svg("path", { class: "river", d: river }), ...roads, pin);
}

function road(i, random) {
  const across = i % 2;
  const at = random() * (across ? 96 : 240);
  const lean = random() * 60 - 30;
  const d = across ? `M-5 ${at} L245 ${at + lean}` : `M${at} -5 L${at + lean} 101`;
  return svg("path", { class: i < 2 ? "road main-road" : "road", d });
}

// Numbers from 0 to 1 that only seem random (mulberry32).
function numbers(seed) {
  let state = Math.floor(seed * 1e4) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
