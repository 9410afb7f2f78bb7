// What a reviewer decided.

export const decisions = {
  approved: 'approved',
  rejected: 'rejected',
  rejectedFor: (next: string) => `rejected and ${next}`,
  next: {
    regenerate: 'asked for new images',
    retrain: 'asked for a new training',
    abandon: 'abandoned the identity',
  },
};
