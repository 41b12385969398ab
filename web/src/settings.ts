/* How the page looks and speaks: kept for the next visit, as it says nothing about the person. */

export const SIZES = ['normal', 'large', 'larger', 'largest'] as const;
export type Size = (typeof SIZES)[number];
export type Theme = 'auto' | 'light' | 'dark';
export type Language = 'zh-CN' | 'en';

export interface Settings {
	size: Size;
	theme: Theme;
	language: Language;
}

const KEY = 'dayi-look';
const USUAL: Settings = { size: 'normal', theme: 'auto', language: 'zh-CN' };

function one<T extends string>(given: unknown, known: readonly T[], usual: T): T {
	return known.filter((value) => value === given)[0] || usual;
}

export function readSettings(): Settings {
	try {
		const kept = JSON.parse(localStorage.getItem(KEY) || '{}') as Record<string, unknown>;
		return {
			size: one(kept.size, SIZES, USUAL.size),
			theme: one<Theme>(kept.theme, ['auto', 'light', 'dark'], USUAL.theme),
			language: one<Language>(kept.language, ['zh-CN', 'en'], USUAL.language),
		};
	} catch {
		return USUAL;
	}
}

export function keepSettings(settings: Settings): void {
	try {
		localStorage.setItem(KEY, JSON.stringify(settings));
	} catch {
		/* Forbidden in some frames: it holds until the page is closed. */
	}
}

/* Old browsers know no custom properties, which the dark colours are made of. */
export function canBeDark(): boolean {
	return typeof CSS !== 'undefined' && CSS.supports('color', 'var(--ink)');
}

export function applySettings({ size, theme, language }: Settings): void {
	const root = document.documentElement;
	root.lang = language;
	root.setAttribute('data-size', size);
	if (theme === 'auto')
		root.removeAttribute('data-theme');
	else
		root.setAttribute('data-theme', theme);
}
