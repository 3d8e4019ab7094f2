// SPDX-License-Identifier: Apache-2.0
// One entry of the audit log, and the bytes over which the chain of hashes goes.
//
// hash(n) = SHA-256("bulkhead audit entry 1" | hash(n-1) | number | wall_ns | each text with its
// length), all numbers big endian; hash(0) is zero. So an entry cannot be changed, taken out or put
// in without every later hash changing.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace bulkhead::control {

using AuditHash = std::array<uint8_t, 32>;

// What happened, in words; texts are cleaned and cut by clean().
struct AuditRecord {
  int64_t wall_ns = 0;
  std::string actor;           // "alice", "local:bob", "control"
  std::string authentication;  // how we know: "certificate spiffe://...", "local socket", "control"
  std::string action;          // "policy.apply"
  std::string object;          // "generation 7", "peer gw-b"
  std::string outcome;         // "begun", "done", "obeyed", "stored", "refused"
  std::string details;
};

struct AuditEntry {
  uint64_t number = 0;  // from 1, without gaps
  AuditRecord record;
  AuditHash hash{};
};

// Where the chain ends: signed at each entry, so that a cut end shows.
struct AuditHead {
  uint64_t count = 0;
  AuditHash hash{};
};

// Without control characters, and each text within its limit, cut between UTF-8 characters.
AuditRecord clean(AuditRecord record);

AuditHash hash_of(const AuditHash& previous, uint64_t number, const AuditRecord& record);
// What is signed: never the beginning of a policy image.
std::vector<uint8_t> signed_bytes(const AuditHead& head);

}  // namespace bulkhead::control
