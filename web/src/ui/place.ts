/* Whoever changes how large the text is goes on reading where they were. */

const READ = 'p, h2, h3, h4, h5, li, button';

function topOf(node: Element): number {
	return node.getBoundingClientRect().top;
}

/* The conversation; in a low window the whole page. */
export function scroller(): HTMLElement | null {
	const low = document.documentElement.hasAttribute('data-low');
	return document.getElementById(low ? 'app' : 'scroll');
}

function firstSeen(frame: HTMLElement): Element | undefined {
	const edge = topOf(frame);
	const all: Element[] = [].slice.call(frame.querySelectorAll(READ));
	return all.filter((node) => {
		const { bottom, height } = node.getBoundingClientRect();
		return height > 0 && bottom > edge + 1;
	})[0];
}

function scrollBy(frame: HTMLElement, distance: number): void {
	frame.style.scrollBehavior = 'auto';
	frame.scrollTop += distance;
	frame.style.scrollBehavior = '';
}

/* The first line in view stays where it is: of what begins above it, the same part has gone by. */
export function keepPlace(change: () => void): void {
	const before = scroller();
	const first = before && before.scrollTop ? firstSeen(before) : undefined;
	if (!before || !first) {
		change();
		return;
	}
	const height = first.getBoundingClientRect().height;
	const offset = topOf(first) - topOf(before);
	change();
	const after = scroller() || before;
	const grown = offset < 0 ? first.getBoundingClientRect().height / height : 1;
	scrollBy(after, topOf(first) - topOf(after) - offset * grown);
}

/* Where what scrolls ends for the eye: the field stands below it, or on it. */
export function lowerEdge(): number {
	const frame = scroller();
	const field = document.getElementById('composer');
	return Math.min(frame ? frame.getBoundingClientRect().bottom : Infinity, field ? topOf(field) : Infinity);
}
