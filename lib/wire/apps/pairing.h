// SPDX-License-Identifier: Apache-2.0
// What a PDU's own fields say of requests and answers that belong together, beyond its identifier.
#pragma once

#include <cstdint>

namespace bulkhead::wire {

// What follows an answer to the same request.
enum class Follows : uint8_t {
  kNothing = 0,  // the request is answered in full
  kMore,         // another part
  kPerhaps,      // IEC 104: the end of an activation, which not every device tells
};

struct Pairing {
  // Of a request: nothing answers it. Of an answer: it needs no request of its own, as an error of
  // the connection, or a part of a message whose first operation is the answer.
  bool alone = false;
  bool later = false;  // of an answer: another one came before it
  Follows follows = Follows::kNothing;
  // Of a request: any number of devices answer it. Of an answer: what such a request would have.
  bool to_all = false;
  uint64_t all_id = 0;
  uint64_t id = 0;       // what both have in common, where request_id is not it
  uint64_t next_id = 0;  // that of the part that follows, where it is another one
};

}  // namespace bulkhead::wire
