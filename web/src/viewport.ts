/*
 * iOS lays its keyboard over the page and tells only the visual viewport; the page is made as high
 * as what can be seen. Someone who pinched to zoom sees a part on purpose.
 */
export function fitKeyboard(): void {
	const { visualViewport } = window;
	if (!visualViewport)
		return;
	visualViewport.addEventListener('resize', () => {
		const covered = window.innerHeight - visualViewport.height;
		const keyboard = covered > 100 && Math.abs(visualViewport.scale - 1) < 0.01;
		document.body.style.height = keyboard ? `${visualViewport.height}px` : '';
	});
}

/* On a phone the keyboard would cover what is read. */
export function hasKeyboardOfItsOwn(): boolean {
	return !window.matchMedia || !window.matchMedia('(pointer: coarse)').matches;
}
