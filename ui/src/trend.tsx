// Trends of a scanner's phantom: one plot a metric, drawn by a bundle that is loaded when it is looked at.

import { useEffect, useRef, useState } from 'preact/hooks';

import type { PhantomLedger, PhantomTrend } from './api';
import type { ChartData } from './chart';
import { t } from './texts';

type Draw = (place: HTMLElement, data: ChartData) => () => void;
let loading: Promise<Draw> | null = null;

function loadChart(): Promise<Draw> {
    loading ??= new Promise((resolve, reject) => {
        const style = document.createElement('link');
        style.rel = 'stylesheet';
        style.href = '/chart.css';
        const script = document.createElement('script');
        script.src = '/chart.js';
        script.onload = () => resolve((globalThis as unknown as { gantryChart: { draw: Draw } }).gantryChart.draw);
        script.onerror = () => {
            loading = null;
            reject(new Error('chart'));
        };
        document.head.append(style, script);
    });
    return loading;
}

const secondsOf = (on: string) =>
    Date.UTC(Number(on.slice(0, 4)), Number(on.slice(4, 6)) - 1, Number(on.slice(6, 8))) / 1000;
export const trendName = (trend: PhantomTrend) => [trend.label, trend.part].filter(Boolean).join(', ');

/** Those that have something to say first. */
const inOrder = (trends: PhantomTrend[]) => [...trends].sort((a, b) => b.flags.length - a.flags.length);

export function Trends({ ledger }: { ledger: PhantomLedger }) {
    return (
        <>
            {ledger.trends.map((kind) => {
                const shown = inOrder(kind.metrics.filter((metric) => metric.points.length > 1));
                return shown.length > 0 && (
                    <details key={kind.kind}>
                        <summary>{t.phantoms.trends(kind.label)}</summary>
                        {shown.map((metric) => <TrendPlot key={`${metric.metric} ${metric.part}`} trend={metric} ledger={ledger} />)}
                    </details>
                );
            })}
        </>
    );
}

function TrendPlot({ trend, ledger }: { trend: PhantomTrend; ledger: PhantomLedger }) {
    const place = useRef<HTMLDivElement>(null);
    const [lost, setLost] = useState(false);
    const newest = trend.points[trend.points.length - 1];
    useEffect(() => {
        const element = place.current;
        if (!element) return;
        let undo = () => {};
        let gone = false;
        // Drawn once it is seen: within closed details there is no width.
        const watch = new IntersectionObserver((entries) => {
            if (!entries.some((entry) => entry.isIntersecting)) return;
            watch.disconnect();
            loadChart().then((draw) => {
                if (gone) return;
                const style = getComputedStyle(element);
                undo = draw(element, {
                    seconds: trend.points.map((point) => secondsOf(point.on)),
                    values: trend.points.map((point) => point.value),
                    low: trend.low, high: trend.high, mean: trend.mean,
                    changes: ledger.changes.map((change) => change.at / 1000),
                    label: trend.label, color: style.color, quiet: '#8a8f98',
                });
            }, () => setLost(true));
        });
        watch.observe(element);
        return () => {
            gone = true;
            watch.disconnect();
            undo();
        };
    }, [trend, ledger]);
    return (
        <figure class="trend">
            <figcaption>
                {trendName(trend)}{newest && `: ${t.phantoms.number(newest.value)} ${trend.unit}`}
                {trend.flags.map((flag) => <p key={flag} class="trend-flag">{flag}</p>)}
            </figcaption>
            {lost ? <p class="quiet">{t.phantoms.noPlot}</p>
                : <div ref={place} role="img" aria-label={t.phantoms.plotOf(trendName(trend), trend.points.length)} />}
        </figure>
    );
}
