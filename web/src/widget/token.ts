/* The token of whoever is signed in at the portal: from a function of its page, or from an address. */

import type { Warn } from './settings';

export type Give = (token: string) => void;

const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const NOBODY = [204, 401, 403, 404];

/* Nothing is given where the portal does not answer: whoever is signed in stays so. */
export function fetchToken(address: string, give: Give, warn: Warn): void {
	const exchange = new XMLHttpRequest();
	exchange.open('GET', address);
	exchange.responseType = 'text'; // without a type in the answer, Firefox would read it as XML
	exchange.onload = () => {
		const text = exchange.responseText.trim();
		if (exchange.status === 200 && TOKEN.test(text))
			give(text);
		else if (exchange.status < 500)
			give('');
		if (exchange.status !== 200 ? NOBODY.indexOf(exchange.status) < 0 : !TOKEN.test(text))
			warn(`data-token-url: ${address} gave no token (status ${exchange.status}). Answer a token as plain text, or 204 when nobody is signed in.`);
	};
	exchange.onerror = () => warn(`data-token-url: ${address} fails.`);
	exchange.send();
}
