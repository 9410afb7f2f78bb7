import { describeLedger } from '../../contract/ledger.ts';
import { fakeBooks } from './fake-books.ts';

describeLedger(async (caps) => fakeBooks(caps));
