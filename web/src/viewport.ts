/* What can be seen of the page, and on what it is seen. */

const LOW_REM = 19; // lower than this, bars and conversation do not fit beside each other
const LOW_MOST = 512; // px: with the largest letters the bars do not grow along

function isZoomedBy(viewport: VisualViewport): boolean {
	return Math.abs(viewport.scale - 1) >= 0.01;
}

/*
 * iOS lays its keyboard over the page and tells only the visual viewport; the page is made as high
 * as what can be seen. Someone who pinched to zoom sees a part on purpose. In a low window all of
 * the page scrolls but the field (`data-low`).
 */
export function fitWindow(): void {
	const { visualViewport } = window;
	const root = document.documentElement;
	const seen = visualViewport && !isZoomedBy(visualViewport) ? visualViewport.height : window.innerHeight;
	document.body.style.height = window.innerHeight - seen > 100 ? `${seen}px` : '';
	if (seen < Math.min(LOW_REM * parseFloat(getComputedStyle(root).fontSize), LOW_MOST))
		root.setAttribute('data-low', '');
	else
		root.removeAttribute('data-low');
}

export function watchWindow(keepPlace: (change: () => void) => void): void {
	const fit = () => keepPlace(fitWindow);
	fitWindow();
	window.addEventListener('resize', fit);
	if (window.visualViewport)
		window.visualViewport.addEventListener('resize', fit);
}

/* An iPad says that it is a Mac, which has no touch screen. */
export function isTelephone(): boolean {
	return /Mobi|Android|iPhone|iPad|iPod|HarmonyOS/i.test(navigator.userAgent)
		|| (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
}

/* On a phone the keyboard would cover what is read. */
export function hasKeyboardOfItsOwn(): boolean {
	return !window.matchMedia || !window.matchMedia('(pointer: coarse)').matches;
}
