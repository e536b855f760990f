/** Says sentences to those who do not see the page: a live region that waits a moment, so that only the last is read. */

const WAIT_MS = 120;

export function createAnnouncer(): (text: string) => void {
  const region = document.createElement('p');
  region.id = 'announcer';
  region.className = 'unseen';
  region.setAttribute('role', 'status');
  region.setAttribute('aria-live', 'polite');
  document.body.append(region);
  let waiting: ReturnType<typeof setTimeout> | undefined;
  return (text) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      region.textContent = text;
    }, WAIT_MS);
  };
}
