// A bundle of its own: one plot of a phantom's metric over time. Its limits are lines, changes of the scanner are
// vertical marks. The page loads it when somebody looks at a trend.

import uPlot from 'uplot';

export interface ChartData {
    seconds: number[];
    values: number[];
    low: number | null;
    high: number | null;
    mean: number | null;
    changes: number[];  // seconds
    label: string;
    color: string;
    quiet: string;
}

const level = (value: number | null, count: number) => Array<number | null>(count).fill(value);

function marksOf(changes: number[], color: string): uPlot.Plugin {
    return {
        hooks: {
            draw: (plot: uPlot) => {
                const { ctx, bbox } = plot;
                ctx.save();
                ctx.strokeStyle = color;
                ctx.setLineDash([2, 4]);
                for (const at of changes) {
                    const x = plot.valToPos(at, 'x', true);
                    if (x < bbox.left || x > bbox.left + bbox.width) continue;
                    ctx.beginPath();
                    ctx.moveTo(x, bbox.top);
                    ctx.lineTo(x, bbox.top + bbox.height);
                    ctx.stroke();
                }
                ctx.restore();
            },
        },
    };
}

function draw(place: HTMLElement, data: ChartData): () => void {
    const count = data.seconds.length;
    const line = (label: string, dash: number[]) => ({ label, stroke: data.quiet, dash, points: { show: false } });
    const axis = { stroke: data.color, grid: { stroke: data.quiet, width: 0.3 }, ticks: { stroke: data.quiet } };
    const plot = new uPlot({
        width: Math.max(280, place.clientWidth),
        height: 220,
        legend: { show: false },
        plugins: [marksOf(data.changes, data.quiet)],
        axes: [axis, axis],
        series: [
            {},
            { label: data.label, stroke: data.color, width: 1.5, points: { show: true, size: 6 } },
            line('low', [6, 4]), line('high', [6, 4]), line('mean', [1, 3]),
        ],
    }, [data.seconds, data.values, level(data.low, count), level(data.high, count), level(data.mean, count)], place);
    return () => plot.destroy();
}

(globalThis as unknown as { gantryChart: { draw: typeof draw } }).gantryChart = { draw };
