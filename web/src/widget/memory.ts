/* What the widget remembers from one page of the portal to the next, in the portal's own tab. */

export interface Memory {
	open: boolean;
	unread: number;
	asked: string; // the opening question that was asked already
}

const KEY = 'dayi-widget';

export function recall(): Memory {
	try {
		const kept = JSON.parse(sessionStorage.getItem(KEY) || '{}') as Partial<Memory>;
		return { open: kept.open === true, unread: Number(kept.unread) || 0, asked: String(kept.asked || '') };
	} catch {
		return { open: false, unread: 0, asked: '' };
	}
}

export function remember(memory: Memory): void {
	try {
		sessionStorage.setItem(KEY, JSON.stringify(memory));
	} catch {
		/* Forbidden or full: the next page begins with the button. */
	}
}
