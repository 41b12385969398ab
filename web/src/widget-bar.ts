/* In a widget the page's bar is the panel's: it shows the portal's title, and closes. */

export interface WidgetBar {
	/* Null outside of a widget; empty where the portal gave none. */
	title(): string | null;
	onChange(listener: () => void): void;
	open(title: string): void;
	/* It is on the screen. */
	shown(): void;
	close(): void;
}

const COMPOSING = 229; // what older engines report while an input method composes

/* A list or a settings panel closes first; while an input method composes, the keys belong to it. */
function isMeantForOthers(event: KeyboardEvent): boolean {
	return event.defaultPrevented || event.isComposing || event.keyCode === COMPOSING;
}

export function widgetBar(shown: () => void, close: () => void): WidgetBar {
	let title: string | null = null;
	let changed: () => void = () => undefined;
	document.addEventListener('keydown', (event) => {
		if (title !== null && (event.key === 'Escape' || event.key === 'Esc') && !isMeantForOthers(event))
			close();
	});
	return {
		title: () => title,
		onChange(listener) {
			changed = listener;
		},
		open(given) {
			title = given;
			changed();
		},
		shown,
		close,
	};
}
