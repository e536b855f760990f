/**
 * What a scenario says, put together: its file upon the bases that it extends, with values laid over it. Plain data, and
 * for every part of it the place where it was written.
 */
import { type Complaint, complain } from '../complaint.ts';
import type { ScenarioProblem } from '../errors.ts';
import type { NamedFiles, NamedText } from '../named-files.ts';
import { exists, type Schema, valueAt } from '../schema-walk.ts';
import { withoutValueAt, withValueAt } from '../set-path.ts';
import type { Path, Places } from '../source.ts';
import { readWithBases } from './bases.ts';
import { type Place, placeAt, withPlace } from './place-tree.ts';

/** Where a value was written that does not stand in a file: its path, and the value or a part of it. */
export interface LaidValue {
  readonly atPath: (complaint: Complaint) => ScenarioProblem;
  readonly atValue: (complaint: Complaint, within: Path) => ScenarioProblem;
  /** The key that has the value, or one within it; as `atPath` and `atValue` where absent. */
  readonly atKey?: (complaint: Complaint, within: Path) => ScenarioProblem;
}

export class ScenarioData implements Places {
  /** What is wrong with the texts themselves, and with the names of bases. */
  readonly problems: readonly ScenarioProblem[];
  /** Something that is extended cannot be had: what the scenario says is not known. */
  readonly baseIsAmiss: boolean;
  #data: unknown;
  #place: Place;

  /** `schema` says where a key takes one of several forms. */
  constructor(root: NamedText, files: NamedFiles, schema: Schema) {
    const problems: ScenarioProblem[] = [];
    const { layer, source, baseIsAmiss } = readWithBases(root, files, schema, problems);
    this.problems = problems;
    this.baseIsAmiss = baseIsAmiss;
    this.#data = layer === undefined ? source.data : layer.data;
    this.#place = layer?.place ?? { source, path: [] };
  }

  /** Undefined where there is none that could be looked at. */
  get data(): unknown {
    return this.#data;
  }

  /** The plain data at `path`; undefined where there is none. */
  dataAt(path: Path): unknown {
    return valueAt(this.#data, path);
  }

  /** Lays `value` over what stands at `path`; nothing takes away what is there. */
  lay(path: Path, value: unknown, written: LaidValue): void {
    const goes = value === null && exists(this.#data, path) && this.dataAt(path) !== null;
    this.#data = goes ? withoutValueAt(this.#data, path) : withValueAt(this.#data, path, value);
    this.#place = withPlace(this.#place, path, { source: new LaidPlaces(written), path: [] });
  }

  atValue(path: Path, complaint: Complaint): ScenarioProblem {
    const { source, path: own } = placeAt(this.#place, path);
    return source.atValue(own, complaint);
  }

  atKey(path: Path, complaint: Complaint): ScenarioProblem {
    const { source, path: own } = placeAt(this.#place, path);
    return source.atKey(own, complaint);
  }

  lineOf(path: Path): number {
    const { source, path: own } = placeAt(this.#place, path);
    return source.lineOf(own);
  }

  fileOf(path: Path): string {
    const { source, path: own } = placeAt(this.#place, path);
    return source.fileOf(own);
  }

  pathOf(path: Path): string {
    const { source, path: own } = placeAt(this.#place, path);
    return source.pathOf(own);
  }
}

/** The places of a value that was laid over a file: all of them on the command line, or wherever it was written. */
class LaidPlaces implements Places {
  readonly #written: LaidValue;

  constructor(written: LaidValue) {
    this.#written = written;
  }

  atValue(path: Path, complaint: Complaint): ScenarioProblem {
    return this.#written.atValue(complaint, path);
  }

  atKey(path: Path, complaint: Complaint): ScenarioProblem {
    const { atPath, atValue, atKey } = this.#written;
    if (atKey !== undefined) return atKey(complaint, path);
    return path.length === 0 ? atPath(complaint) : atValue(complaint, path);
  }

  lineOf(): number {
    return 1;
  }

  fileOf(): string {
    return this.#written.atPath(complain('')).file;
  }

  pathOf(): string {
    return '';
  }
}
