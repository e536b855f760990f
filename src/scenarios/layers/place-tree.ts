/**
 * Where each part of data was written that was put together from several texts. Kept for those places only at which
 * texts meet: below a place without parts of its own, paths go on in its text.
 */
import type { Path, Places } from '../source.ts';

export interface Place {
  readonly source: Places;
  /** In the data of that source. */
  readonly path: Path;
  /** Parts that stand elsewhere than below this place. */
  readonly parts?: ReadonlyMap<string | number, Place>;
}

/** The place of a part. */
export function partOf({ source, path, parts }: Place, step: string | number): Place {
  return parts?.get(step) ?? { source, path: [...path, step] };
}

export function placeAt(root: Place, path: Path): Place {
  return path.reduce<Place>(partOf, root);
}

/** `root` with `place` at `path`. */
export function withPlace(root: Place, path: Path, place: Place): Place {
  const [step, ...rest] = path;
  if (step === undefined) return place;
  const parts = new Map(root.parts);
  parts.set(step, withPlace(partOf(root, step), rest, place));
  return { ...root, parts };
}
