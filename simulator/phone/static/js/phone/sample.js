// A picture to send where none is at hand: hills under a sky of any colour.

const WIDTH = 480;
const HEIGHT = 360;

export function samplePicture() {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const hue = Math.floor(Math.random() * 360);
  draw(canvas.getContext("2d"), hue);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
}

function draw(context, hue) {
  const sky = context.createLinearGradient(0, 0, 0, HEIGHT);
  sky.addColorStop(0, `hsl(${hue} 70% 62%)`);
  sky.addColorStop(1, `hsl(${(hue + 40) % 360} 80% 86%)`);
  context.fillStyle = sky;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = "hsl(45 100% 92% / 90%)";
  context.beginPath();
  context.arc(WIDTH * 0.72, HEIGHT * 0.3, 38, 0, 2 * Math.PI);
  context.fill();
  for (const [layer, light] of [46, 34, 22].entries()) {
    context.fillStyle = `hsl(${(hue + 150) % 360} 32% ${light}%)`;
    hills(context, layer, hue);
  }
}

function hills(context, layer, hue) {
  context.beginPath();
  context.moveTo(0, HEIGHT);
  for (let x = 0; x <= WIDTH; x += 8) {
    const wave = Math.sin(x / (95 - layer * 18) + layer * 2 + hue) * 26 + Math.sin(x / 31 + layer + hue) * 8;
    context.lineTo(x, HEIGHT * (0.58 + layer * 0.13) + wave);
  }
  context.lineTo(WIDTH, HEIGHT);
  context.fill();
}
