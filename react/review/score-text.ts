// A score as it is shown everywhere: in tenths, as it is judged.

export const scoreText = (score: number): string => score.toFixed(1);
