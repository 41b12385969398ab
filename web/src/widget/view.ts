/* What is seen on the portal's page: the button, and the panel that the chat's frame stands in. */

import tokens from '../tokens.json';
import { isThere, type Stage } from './line';
import { bubble, element, PLAIN, ringOnFocus, style, UNSEEN } from './nodes';
import type { Settings } from './settings';

export interface View {
	frame: HTMLIFrameElement;
	/* It loads nothing before. */
	attachFrame(): void;
	setOpen(open: boolean): void;
	/* Whether the widget's own bar is needed, and what stands below it in place of the frame. */
	setStage(stage: Stage): void;
	setUnread(count: number): void;
	/* The panel would be too narrow to be read. */
	isCramped(): boolean;
	hasFocus(): boolean;
	/* In the panel, but not in the chat. */
	hasFocusBesideFrame(): boolean;
	focusButton(): void;
	focusBar(): void;
	focusFrame(): void;
}

export interface Acts {
	toggle(): void;
	close(): void;
	/* The keyboard came to the panel's edge. */
	enter(): void;
}

const WIDTH = 380;
const HEIGHT_MOST = 680;
const HEIGHT_LEAST = 360; // a lower window is filled, as on a phone or at 400 % zoom
const FULL_BELOW = 480; // px of the window's width
const READABLE_LEAST = 300;
const SCROLL_BAR_MOST = 40;
const KEYBOARD_LEAST = 100;
const PINCHED = 1.02; // whoever zoomed by hand sees a part on purpose
const EDGE = 16;
const GAP = 12;
const BUTTON = 48;
const ABOVE_ALL = '2147483000';
const UNREAD_GROUND = '#b3261e';
const UNREAD_MOST = 9;

const LOADING = '正在打开……';
const SILENT = '暂时打不开答疑页面，请稍后再试，或者点下面的链接：';
const SILENT_LINK = '在新窗口打开答疑页面';
const CLOSE = '关闭';

type Palette = typeof tokens.light;

function isDark(): boolean {
	return !!window.matchMedia && window.matchMedia('(prefers-color-scheme: dark)').matches;
}

/*
 * A telephone lays a page out that does not say how wide it is, or that has parts wider than its
 * screen, in a window of its own making, about 1,000 px wide, and shows a part of it or all of it
 * in small. What is fixed to that window is off the screen, or too small; and a keyboard on the screen
 * covers it. The visual viewport tells what is seen.
 */
interface Sight {
	width: number; // in pixels of the screen
	height: number;
	made: VisualViewport | false; // seen is not the window, but this part of it
}

function look(): Sight {
	const seen = window.visualViewport;
	const laidOut = Math.max(window.innerWidth, document.documentElement.clientWidth);
	if (!seen)
		return { width: laidOut, height: window.innerHeight, made: false };
	const { scale } = seen;
	const width = seen.width * scale;
	const covered = scale < PINCHED && window.innerHeight - seen.height > KEYBOARD_LEAST;
	return { width, height: seen.height * scale, made: (covered || laidOut - width > SCROLL_BAR_MOST) && seen };
}

/* ---- The button ---- */

function createButton({ title, colour, textColour, side }: Settings) {
	const mark = element('span', { 'aria-hidden': 'true' }, `
		position: absolute; top: -10px; left: ${side === 'right' ? '-10px' : 'auto'}; right: ${side === 'left' ? '-10px' : 'auto'};
		min-width: 26px; height: 26px; padding: 0 6px; border: 2px solid #fff; border-radius: 13px;
		background: ${UNREAD_GROUND}; color: #fff; font-size: 14px; font-weight: 700; line-height: 22px; text-align: center;
	`);
	const words = element('span', {}, UNSEEN);
	const news = element('p', { role: 'status' }, UNSEEN);
	const button = element('button', { type: 'button', 'aria-controls': 'dayi-panel', 'aria-haspopup': 'dialog' }, `
		display: flex; align-items: center; position: fixed; max-width: calc(100% - ${2 * EDGE}px); min-height: ${BUTTON}px;
		padding: 8px 20px 8px 16px; border: 2px solid ${textColour}; border-radius: 26px; background: ${colour};
		color: ${textColour}; box-shadow: 0 2px 10px rgba(0, 0, 0, 0.3); cursor: pointer; font-weight: 600; line-height: 1.3;
	`, [bubble(), element('span', {}, 'min-width: 0', [title]), words, mark]);
	ringOnFocus(button, colour);
	return {
		button,
		news,
		setUnread(count: number) {
			const told = count ? `有 ${count} 条新回复` : '';
			style(mark, `display: ${count ? 'block' : 'none'}`);
			mark.textContent = count > UNREAD_MOST ? `${UNREAD_MOST}+` : told && String(count);
			words.textContent = told && `，${told}`;
			news.textContent = told && `${title}${told}`;
		},
	};
}

/* ---- The panel ---- */

/* Where the keyboard leaves a panel that fills the window, and is sent back. */
function createEdge(enter: () => void): HTMLElement {
	const edge = element('div', { tabindex: '0' }, 'width: 1px; height: 1px');
	edge.addEventListener('focus', enter);
	return edge;
}

function createPanel({ title, colour, textColour }: Settings, palette: Palette, address: string, acts: Acts) {
	const closer = element('button', { type: 'button' }, `
		flex: none; min-width: 44px; min-height: 44px; padding: 4px 12px; border: 1px solid ${textColour}; border-radius: 10px;
		background: ${colour}; color: ${textColour}; cursor: pointer; font-size: 17px; font-weight: 400;
	`, [CLOSE]);
	const bar = element('div', {}, `
		display: flex; align-items: center; flex: none; padding: 8px 16px;
		background: ${colour}; color: ${textColour}; font-size: 18px; font-weight: 700; line-height: 1.35;
	`, [element('span', {}, 'flex: 1 1 0%; min-width: 0', [title]), closer]);
	const link = element('a', { href: address, target: '_blank', rel: 'noopener noreferrer' },
		`padding: 10px 0; color: ${palette.accent}; text-decoration: underline; cursor: pointer`, [SILENT_LINK]);
	const note = element('p', { role: 'status' }, 'padding: 16px');
	const frame = element('iframe', { title, allow: 'clipboard-write', referrerpolicy: 'no-referrer' },
		'flex: 1 1 0%; width: 100%; min-height: 0');
	const edges = [createEdge(acts.enter), createEdge(acts.enter)];
	const panel = element('div', { id: 'dayi-panel', role: 'dialog', 'aria-label': title }, `
		display: flex; flex-direction: column; position: fixed; overflow: hidden; background: ${palette.surface}; color: ${palette.ink};
		box-shadow: 0 6px 28px rgba(0, 0, 0, 0.35);
	`, [edges[0] as HTMLElement, bar, note, edges[1] as HTMLElement]);
	closer.addEventListener('click', acts.close);
	ringOnFocus(closer, textColour);
	ringOnFocus(link, palette.accent);
	return {
		panel,
		frame,
		closer,
		attachFrame() {
			if (!frame.parentNode)
				panel.insertBefore(frame, edges[1] as HTMLElement);
		},
		/* Nothing behind it can be reached, with the keyboard either. */
		setModal(modal: boolean) {
			edges.forEach((edge) => style(edge, `display: ${modal ? 'block' : 'none'}`));
			if (modal)
				panel.setAttribute('aria-modal', 'true');
			else
				panel.removeAttribute('aria-modal');
		},
		setStage(stage: Stage) {
			style(bar, `display: ${stage === 'whole' ? 'none' : 'flex'}`);
			style(note, `display: ${isThere(stage) ? 'none' : 'block'}`);
			style(frame, `visibility: ${isThere(stage) ? 'inherit' : 'hidden'}`);
			note.textContent = stage === 'silent' ? SILENT : LOADING;
			if (stage === 'silent')
				note.appendChild(link);
		},
	};
}

/* ---- Both, on the portal's page ---- */

export function createView(settings: Settings, address: string, acts: Acts): View {
	const { title, side, bottom } = settings;
	const palette = isDark() ? tokens.dark : tokens.light;
	const { button, news, setUnread } = createButton(settings);
	const { panel, frame, closer, attachFrame, setModal, setStage } = createPanel(settings, palette, address, acts);
	const inner = element('div', {}, `font: 400 17px/1.6 ${tokens.size.font}`, [button, news, panel]);
	const root = element('div', { role: 'region', 'aria-label': title, lang: 'zh-CN' }, '');
	const shadow = root.attachShadow ? root.attachShadow({ mode: 'open' }) : null;
	let open = false;

	function near(edge: Settings['side']): string {
		return edge === side ? `${EDGE}px` : 'auto';
	}

	function available({ made, height }: Sight): number {
		return (made ? height : window.innerHeight) - bottom - BUTTON - GAP - EDGE;
	}

	/* Makes what is seen the window that everything here is fixed to, and that as large as on any other page. */
	function place({ width, height, made }: Sight): void {
		style(root, made
			? `width: ${width}px; height: ${height}px; pointer-events: none;
				transform: translate(${made.offsetLeft}px, ${made.offsetTop}px) scale(${1 / made.scale})`
			: 'width: 0; height: 0; transform: none', 'important');
	}

	function fill(): void {
		style(panel, 'top: 0; right: 0; bottom: 0; left: 0; width: auto; height: auto; border: 0; border-radius: 0; '
			+ 'padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left)');
	}

	function float(sight: Sight): void {
		style(panel, `
			top: auto; left: ${near('left')}; right: ${near('right')}; bottom: ${bottom + BUTTON + GAP}px;
			width: ${WIDTH}px; height: ${Math.min(HEIGHT_MOST, available(sight))}px; padding: 0;
			border: 1px solid ${palette['field-rule']}; border-radius: 12px;
		`);
	}

	function arrange(): void {
		const sight = look();
		const full = (sight.made ? sight.width : document.documentElement.clientWidth) < FULL_BELOW || available(sight) < HEIGHT_LEAST;
		place(sight);
		if (full)
			fill();
		else
			float(sight);
		setModal(full && open);
		style(button, `visibility: ${full && open ? 'hidden' : 'visible'}`);
		style(panel, `visibility: ${open ? 'visible' : 'hidden'}`);
	}

	function setOpen(next: boolean): void {
		open = next;
		button.setAttribute('aria-expanded', String(next));
		arrange();
	}

	style(root, `${PLAIN} position: fixed; top: 0; left: 0; width: 0; height: 0; z-index: ${ABOVE_ALL}; transform-origin: 0 0`, 'important');
	style(button, `bottom: ${bottom}px; left: ${near('left')}; right: ${near('right')}`);
	button.addEventListener('click', acts.toggle);
	inner.addEventListener('keydown', (event) => {
		if (!open || (event.key !== 'Escape' && event.key !== 'Esc'))
			return;
		event.stopPropagation();
		acts.close();
	});
	window.addEventListener('resize', arrange);
	window.addEventListener('load', arrange); // wide parts may come late
	if (window.visualViewport) {
		window.visualViewport.addEventListener('resize', arrange);
		window.visualViewport.addEventListener('scroll', arrange);
	}
	window.addEventListener('beforeprint', () => style(root, 'display: none', 'important'));
	window.addEventListener('afterprint', () => style(root, 'display: block', 'important'));
	setOpen(false);
	setStage('loading');
	(shadow || root).appendChild(inner);
	document.body.appendChild(root);
	return {
		frame,
		attachFrame,
		setOpen,
		setStage,
		setUnread,
		/* A browser too old to tell what is seen shows all of a wide page at first. */
		isCramped() {
			const { width } = look();
			return width < READABLE_LEAST || (!window.visualViewport && width - screen.width > SCROLL_BAR_MOST);
		},
		hasFocus: () => root.contains(document.activeElement),
		hasFocusBesideFrame() {
			const active = (shadow || document).activeElement;
			return active !== frame && panel.contains(active);
		},
		focusButton: () => button.focus(),
		focusBar: () => closer.focus(),
		focusFrame: () => frame.focus(),
	};
}
