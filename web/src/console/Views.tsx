/* The views of the console, and the keys that lead to them: function keys, so that they also work while somebody types. */

import { useLayoutEffect } from 'preact/hooks';
import { PERSON } from './person-words';
import type { Me } from './protocol';

export type View = keyof typeof PERSON.views;

const VIEWS: { view: View; key: string; may: string }[] = [
	{ view: 'desk', key: 'F2', may: 'look_up' },
	{ view: 'person', key: 'F4', may: 'read_record' },
	{ view: 'today', key: 'F8', may: 'see_today' },
];

export function isView(me: Me, view: View): boolean {
	return VIEWS.some((one) => one.view === view && me.may.includes(one.may));
}

export function Views({ me, view, show }: { me: Me; view: View; show(view: View): void }) {
	const shown = VIEWS.filter((one) => isView(me, one.view));

	useLayoutEffect(() => {
		function onKey(event: KeyboardEvent) {
			const one = event.ctrlKey || event.altKey || event.metaKey || event.shiftKey ? undefined : shown.find(({ key }) => key === event.key);
			if (!one || document.querySelector('dialog[open]'))
				return;
			event.preventDefault();
			show(one.view);
		}
		document.addEventListener('keydown', onKey);
		return () => document.removeEventListener('keydown', onKey);
	}, [me]);

	return (
		<nav class="views" aria-label={PERSON.viewsName}>
			{shown.map((one) => (
				<button key={one.view} type="button" class="button" aria-current={one.view === view ? 'page' : undefined} onClick={() => show(one.view)}>
					<kbd>{one.key}</kbd> {PERSON.views[one.view]}
				</button>
			))}
		</nav>
	);
}
