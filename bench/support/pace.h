// SPDX-License-Identifier: Apache-2.0
// How fast the core is just now: on a machine that others use, a neighbour on the other hardware
// thread of the core, or a lower clock, makes every program slower, and those that are bound by
// instructions more than those that are bound by a cipher or by memory. A ratio of two programs is
// comparable with one measured before only at the same pace.
#pragma once

namespace bulkhead::bench {

// TSC cycles for a round of a fixed piece of work that needs nothing but the core: integer
// operations that do not wait for each other. The least of some samples, so that what the scheduler
// does is not in it. Takes about a millisecond.
double pace();

}  // namespace bulkhead::bench
