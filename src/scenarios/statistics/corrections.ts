/** Corrections for many comparisons: with twenty of them one in twenty is found by chance alone. */

/** Holm's step-down correction: the chance of any false finding among all. Adjusted p-values, in the order given. */
export function holm(pValues: readonly number[]): number[] {
  const order = smallestFirst(pValues);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  for (const [place, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - place) * (pValues[index] as number)));
    adjusted[index] = largest;
  }
  return adjusted;
}

/** The correction of Benjamini and Hochberg: the share of false findings among those found. In the order given. */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = smallestFirst(pValues);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let smallest = 1;
  for (let place = order.length - 1; place >= 0; place--) {
    const index = order[place] as number;
    smallest = Math.min(smallest, ((pValues[index] as number) * pValues.length) / (place + 1));
    adjusted[index] = smallest;
  }
  return adjusted;
}

function smallestFirst(pValues: readonly number[]): number[] {
  return [...pValues.keys()].sort((left, right) => (pValues[left] as number) - (pValues[right] as number));
}
