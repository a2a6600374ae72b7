// Package reconcile lays our complaints beside an export of the national 12315
// platform, the official record of the department lane (Order 121 art 40), and says
// which stand in both, only here, only there, or differ.
//
// Rows find each other in three steps, and a row that was taken in one step takes no
// part in the next:
//
//  1. by the 12315 number that our case names as an external reference;
//  2. by our case number, where the export carries it;
//  3. by merchant code, day and amount together. This is a guess: such rows are
//     proposed to an officer and never taken as the same matter.
//
// Where one step leads to several rows on a side, nothing is taken: the whole group
// is ambiguous. So the report does not depend on the order of rows.
//
// Everything here is pure. Rows are held packed, about 180 bytes for one of ours and
// 125 for one of theirs with identifiers of usual length, and some 40 more for a pair
// once the report is made. A million pairs hold 345 MB; with the usual slack of the
// garbage collector the process that gathers them peaks at about 700 MB.
//
// Nothing that names a person is kept in clear: names are masked as they come in,
// numbers that look like a person's own are refused.
package reconcile
