/** A chart and what stands in its place while it loads are equally high, so that nothing jumps. */
export const chartHeight = 220;
