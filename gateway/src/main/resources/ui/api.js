// The gateway's API, as the page uses it. Every address is the page's own origin.

/** An answer that is not 200. `status` is 0 if there was no answer. */
export class ApiError extends Error {
  constructor(status, message, retryAfterSeconds = 0) {
    super(message);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export const signIn = (key) => call('/ui/login', { method: 'POST', body: { key } });
export const signOut = (csrf) => call('/ui/logout', { method: 'POST', csrf });
export const session = () => call('/ui/session');
export const overview = () => call('/api/v1/overview');
export const lastCalls = (limit) => call(`/api/v1/ledger?kind=call&limit=${limit}`);
export const explain = (id) => call(`/api/v1/ledger/${encodeURIComponent(id)}/explain`);

async function call(path, { method = 'GET', body, csrf } = {}) {
  const headers = { accept: 'application/json', 'accept-language': document.documentElement.lang };
  if (body) {
    headers['content-type'] = 'application/json';
  }
  if (csrf) {
    headers['x-csrf-token'] = csrf;
  }
  let response;
  try {
    response = await fetch(path, {
      method, headers, body: body && JSON.stringify(body), credentials: 'same-origin', cache: 'no-store',
    });
  } catch (cause) {
    throw new ApiError(0, String(cause));
  }
  const json = await response.json().catch(() => ({}));
  if (!response.ok) {
    const message = json.error?.message ?? json.message ?? response.statusText;
    throw new ApiError(response.status, message, Number(response.headers.get('retry-after') ?? 0));
  }
  return json;
}

const REOPEN_AFTER_MILLIS = 5_000;

/**
 * Follows the ledger. Calls `onLine(line)` for each new line, `onTotals()` when sums have changed,
 * `onState(connected)` when the connection comes (lines from before it may be missing) or goes, and `onRefused()` when
 * the gateway refuses it. Returns a function that ends it.
 */
export function follow({ onLine, onTotals, onState, onRefused }) {
  let source;
  let timer = 0;

  function open() {
    source = new EventSource('/api/v1/live');
    source.addEventListener('open', () => onState(true));
    source.addEventListener('error', () => {
      onState(false);
      // The browser reconnects after a broken connection, but gives up after an answer that is not 200.
      if (source.readyState === EventSource.CLOSED) {
        timer = setTimeout(open, REOPEN_AFTER_MILLIS);
        onRefused();
      }
    });
    source.addEventListener('line', (event) => onLine(JSON.parse(event.data)));
    source.addEventListener('totals', () => onTotals());
  }

  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
