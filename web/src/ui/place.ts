/* Whoever changes how large the text is goes on reading where they were. */

const READ = 'p, h2, h3, h4, h5, li, button';

function topOf(node: Element): number {
	return node.getBoundingClientRect().top;
}

/* With large letters in a low window it is the whole page that scrolls. */
function scrollsItself(frame: HTMLElement): boolean {
	return getComputedStyle(frame).overflowY !== 'visible';
}

function edgeOf(frame: HTMLElement): number {
	return scrollsItself(frame) ? topOf(frame) : 0;
}

function firstSeen(frame: HTMLElement): Element | undefined {
	const edge = Math.max(edgeOf(frame), topOf(frame));
	const all: Element[] = [].slice.call(frame.querySelectorAll(READ));
	return all.filter((node) => {
		const { bottom, height } = node.getBoundingClientRect();
		return height > 0 && bottom > edge + 1;
	})[0];
}

function scrollBy(frame: HTMLElement, distance: number): void {
	if (!scrollsItself(frame)) {
		window.scrollBy(0, distance);
		return;
	}
	frame.style.scrollBehavior = 'auto';
	frame.scrollTop += distance;
	frame.style.scrollBehavior = '';
}

/* The first line in view stays where it is: of what begins above it, the same part has gone by. */
export function keepPlace(change: () => void): void {
	const frame = document.getElementById('scroll');
	const first = frame && (frame.scrollTop || window.pageYOffset) ? firstSeen(frame) : undefined;
	if (!frame || !first) {
		change();
		return;
	}
	const height = first.getBoundingClientRect().height;
	const offset = topOf(first) - edgeOf(frame);
	change();
	const grown = offset < 0 ? first.getBoundingClientRect().height / height : 1;
	scrollBy(frame, topOf(first) - edgeOf(frame) - offset * grown);
}
