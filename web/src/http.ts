/* Requests to the page's own server. XMLHttpRequest, because IE11 has no fetch(). */

export interface Exchange {
	status: number;
	body: unknown; // null where it is no JSON
	retryAfterMs?: number; // 0 where the server does not say
}

export type Request = (method: 'GET' | 'POST', path: string, body?: unknown, token?: string, mostMs?: number) => Promise<Exchange>;

const MOST_MS = 20000;

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

/* In seconds; a date, which proxies may send as well, counts as nothing said. */
function retryAfterMs(exchange: XMLHttpRequest): number {
	return (Number(exchange.getResponseHeader('Retry-After')) || 0) * 1000;
}

/* Fails only where no answer came. */
export const request: Request = (method, path, body, token, mostMs = MOST_MS) =>
	new Promise((resolve, reject) => {
		const exchange = new XMLHttpRequest();
		exchange.open(method, path);
		exchange.timeout = mostMs;
		if (body !== undefined)
			exchange.setRequestHeader('Content-Type', 'application/json');
		if (token)
			exchange.setRequestHeader('Authorization', `Bearer ${token}`);
		const fail = () => reject(new Error(`no answer: ${path}`));
		exchange.onload = () => resolve({
			status: exchange.status, body: parsed(exchange.responseText), retryAfterMs: retryAfterMs(exchange),
		});
		exchange.onerror = fail;
		exchange.ontimeout = fail;
		exchange.onabort = fail;
		exchange.send(body === undefined ? null : JSON.stringify(body));
	});
