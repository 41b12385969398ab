/*
 * Elements whose look the portal's style sheets do not reach: they stand in a shadow root, or, where
 * there is none (IE11), every style is important. Styles are set through the CSSOM, which a content
 * policy without 'unsafe-inline' allows.
 */

const PRIORITY = 'attachShadow' in document.documentElement ? '' : 'important';

/* `all` is unknown to IE11: what a portal's rules are likely to set is named for it. */
export const PLAIN = `
	all: initial; display: block; position: static; float: none; margin: 0; padding: 0; border: 0;
	width: auto; height: auto; min-width: 0; min-height: 0; max-width: none; max-height: none;
	background: none; box-shadow: none; box-sizing: border-box; opacity: 1; transform: none;
	visibility: inherit; color: inherit; font: inherit; letter-spacing: normal; text-align: left;
	text-indent: 0; text-transform: none; white-space: normal; transition: none;
`;

export const UNSEEN = `
	position: absolute; width: 1px; height: 1px; overflow: hidden; clip: rect(0 0 0 0); white-space: nowrap;
`;

type Styled = HTMLElement | SVGElement;

/* Declarations as in a style sheet. */
export function style(node: Styled, styles: string, priority = PRIORITY): void {
	styles.split(';').forEach((one) => {
		const colon = one.indexOf(':');
		if (colon > 0)
			node.style.setProperty(one.slice(0, colon).trim(), one.slice(colon + 1).trim(), priority);
	});
}

export function element<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Record<string, string>, styles: string,
	children: (Node | string)[] = []): HTMLElementTagNameMap[K] {
	const node = document.createElement(name);
	Object.keys(attributes).forEach((attribute) => node.setAttribute(attribute, attributes[attribute] as string));
	style(node, PLAIN);
	style(node, styles);
	children.forEach((child) => node.appendChild(typeof child === 'string' ? document.createTextNode(child) : child));
	return node;
}

const SVG = 'http://www.w3.org/2000/svg';

export function bubble(): SVGElement {
	const picture = document.createElementNS(SVG, 'svg');
	const path = document.createElementNS(SVG, 'path');
	picture.setAttribute('viewBox', '0 0 24 24');
	picture.setAttribute('aria-hidden', 'true');
	picture.setAttribute('focusable', 'false');
	path.setAttribute('d', 'M5 3h14q3 0 3 3v9q0 3-3 3h-7l-5 4v-4H5q-3 0-3-3V6q0-3 3-3z');
	style(picture, 'display: block; flex: none; width: 22px; height: 22px; margin: 0 8px 0 0; background: none; color: inherit');
	style(path, 'display: inline; color: inherit; fill: currentColor; stroke: none');
	picture.appendChild(path);
	return picture;
}

/* A ring of its own, as a style sheet's :focus would be needed otherwise. */
export function ringOnFocus(node: HTMLElement, colour: string): void {
	node.addEventListener('focus', () => style(node, `outline: 3px solid ${colour}; outline-offset: 2px`));
	node.addEventListener('blur', () => style(node, 'outline: none'));
}
