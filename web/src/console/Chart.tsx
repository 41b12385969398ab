/*
 * Counts over days as a chart. Whoever cannot see it gets the same numbers as a table, which anyone can open.
 * The colours are those of the page, read when it is drawn, and anew when it turns dark or light.
 */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { ASKED } from './asked-words';

export interface Line {
	name: string;
	counts: number[];
}

interface Props {
	title: string;
	days: string[]; // YYYY-MM-DD
	lines: Line[]; // four at most
}

const DARK = '(prefers-color-scheme: dark)';
const HEIGHT = 170;
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]]; // lines differ in more than colour
const COLOURS = ['--accent', '--warning', '--ink', '--field-rule'];

export function Chart({ title, days, lines }: Props) {
	const place = useRef<HTMLDivElement>(null);
	const [dark, setDark] = useState(matchMedia(DARK).matches);

	useLayoutEffect(() => {
		const query = matchMedia(DARK);
		const onChange = () => setDark(query.matches);
		query.addEventListener('change', onChange);
		return () => query.removeEventListener('change', onChange);
	}, []);

	useLayoutEffect(() => {
		const node = place.current;
		if (!node || days.length === 0)
			return undefined;
		const style = getComputedStyle(document.documentElement);
		const colour = (name: string) => style.getPropertyValue(name).trim();
		const axis = { stroke: colour('--ink-soft'), grid: { stroke: colour('--rule'), width: 1 }, ticks: { stroke: colour('--rule'), width: 1 } };
		const chart = new uPlot({
			width: Math.max(200, node.clientWidth), height: HEIGHT, cursor: { show: false }, legend: { show: false },
			scales: { x: { time: false }, y: { range: (_chart, _least, most) => [0, Math.max(4, most)] } },
			axes: [
				{ ...axis, values: (_chart, places) => places.map((at) => (Number.isInteger(at) ? days[at]?.slice(5) ?? '' : '')), space: 60 },
				{ ...axis, values: (_chart, places) => places.map((at) => (Number.isInteger(at) ? String(at) : '')), size: 44 },
			],
			series: [{}, ...lines.map(({ name }, index) => ({
				label: name, stroke: colour(COLOURS[index % COLOURS.length] ?? '--accent'), width: 2, dash: DASHES[index % DASHES.length] ?? [],
				points: { show: days.length < 45 },
			}))],
		}, [days.map((_day, index) => index), ...lines.map(({ counts }) => counts)], node);
		const onSize = () => chart.setSize({ width: Math.max(200, node.clientWidth), height: HEIGHT });
		addEventListener('resize', onSize);
		return () => {
			removeEventListener('resize', onSize);
			chart.destroy();
		};
	}, [days, lines, dark]);

	return (
		<figure class="chart">
			<figcaption>
				{title}
				{lines.length > 1 && <ul class="legend">{lines.map(({ name }, index) => <li key={name}><svg viewBox="0 0 28 4" aria-hidden="true" class={`line-${index}`}><path d="M0 2H28" /></svg> {name}</li>)}</ul>}
			</figcaption>
			<div ref={place} role="img" aria-label={ASKED.chartSays(title)} />
			<details>
				<summary>{ASKED.asTable}</summary>
				<div class="scroll-table" tabIndex={0} role="group" aria-label={title}>
					<table class="table">
						<thead><tr><th scope="col">{ASKED.day}</th>{lines.map(({ name }) => <th key={name} scope="col">{name}</th>)}</tr></thead>
						<tbody>
							{days.map((day, index) => (
								<tr key={day}><th scope="row">{day}</th>{lines.map(({ name, counts }) => <td key={name}>{counts[index] ?? 0}</td>)}</tr>
							)).reverse()}
						</tbody>
					</table>
				</div>
			</details>
		</figure>
	);
}
