/*
 * Gives the focus to what a change brings onto the page: in the same pass that puts it there, so
 * nothing is pressed before it, however slow the machine is.
 */

import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

type Find = () => HTMLElement | null | undefined;

export const byId = (id: string): Find => () => document.getElementById(id);

/* Of a component that is rendered again when what is looked for comes. Whoever goes elsewhere meanwhile stays there. */
export function useFocus(): (find: Find) => void {
	const [wanted, want] = useState<{ find: Find } | null>(null);

	useLayoutEffect(() => {
		const node = wanted?.find();
		if (!node)
			return;
		want(null);
		node.focus();
	});

	useEffect(() => {
		if (!wanted)
			return undefined;
		const leave = () => want(null);
		document.addEventListener('focusin', leave);
		return () => document.removeEventListener('focusin', leave);
	}, [wanted]);

	return (find) => want({ find });
}
