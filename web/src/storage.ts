import type { Storage } from './conversation';

/* This tab's storage; where a browser forbids it (frames of other sites), the page's memory. */
export function tabStorage(): Storage {
	try {
		sessionStorage.getItem('');
		return sessionStorage;
	} catch {
		const kept: Record<string, string> = {};
		return {
			getItem: (key) => (key in kept ? kept[key] as string : null),
			setItem: (key, value) => { kept[key] = value; },
			removeItem: (key) => { delete kept[key]; },
		};
	}
}
