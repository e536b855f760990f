/** The star of a seed: a shape, so that it is told from others without its colour. */

const TURN = 2 * Math.PI;

/** Makes a path with five points round a place. */
export function star(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  for (let corner = 0; corner < 10; corner++) {
    const angle = (corner / 10) * TURN - Math.PI / 2;
    const reach = corner % 2 === 0 ? radius : radius * 0.45;
    context.lineTo(x + reach * Math.cos(angle), y + reach * Math.sin(angle));
  }
  context.closePath();
}
