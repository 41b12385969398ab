/* A list of which one thing is open: arrows go along it, Enter or a click opens. */

import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface Props<T> {
	id: string;
	label: string;
	items: T[];
	keyOf(item: T): string;
	open: string | null; // key of the one that is open
	pick(item: T): void;
	children(item: T): ComponentChildren;
}

export function PickList<T>({ id, label, items, keyOf, open, pick, children }: Props<T>) {
	const [active, setActive] = useState<string | null>(null);
	const place = useRef<HTMLUListElement>(null);
	const found = items.findIndex((item) => keyOf(item) === (active ?? open));
	const at = found >= 0 ? found : 0;

	useEffect(() => setActive(open), [open]);
	useEffect(() => {
		if (active)
			place.current?.children[at]?.scrollIntoView({ block: 'nearest' });
	}, [active, at]);

	function onKey(event: KeyboardEvent) {
		const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
		const item = items[to === undefined ? at : Math.max(0, Math.min(items.length - 1, to))];
		if (!item || event.ctrlKey || event.altKey || event.metaKey || (to === undefined && event.key !== 'Enter'))
			return;
		event.preventDefault();
		if (to === undefined)
			pick(item);
		else
			setActive(keyOf(item));
	}

	return (
		<ul id={id} ref={place} class="pick-list" role="listbox" aria-label={label} tabIndex={0} onKeyDown={onKey}
			aria-activedescendant={items.length ? `${id}-${at}` : undefined}>
			{items.map((item, index) => (
				<li key={keyOf(item)} id={`${id}-${index}`} role="option" aria-selected={keyOf(item) === open}
					class={['result', keyOf(item) === open ? 'active' : '', index === at ? 'at' : ''].join(' ').trim()} onClick={() => pick(item)}>
					{children(item)}
				</li>
			))}
		</ul>
	);
}
