/** Network namespaces, where this machine can have them: Linux, root, iproute2, and the built program of their agents. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { whyNoNamespaces } from '../../src/host/namespaces/namespace-lab.ts';
import { optionalComponent } from './optional.ts';

export const NAMESPACE_AGENT = fileURLToPath(new URL('../../dist/namespace-agent.js', import.meta.url));

const why = whyNoNamespaces();
export const NAMESPACES =
  optionalComponent('network namespaces', why === undefined, why ?? '') &&
  optionalComponent('dist/namespace-agent.js', existsSync(NAMESPACE_AGENT), 'npm run build');
