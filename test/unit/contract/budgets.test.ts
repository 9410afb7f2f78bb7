import { describeBudgets } from '../../contract/budgets.ts';
import { fakeBooks } from './fake-books.ts';

describeBudgets(async (caps) => fakeBooks(caps));
