// SPDX-License-Identifier: Apache-2.0
// Evidence as the least relationships that would have allowed it: YAML for a policy file, with what
// was seen as comments. Nobody applies it but people.
//
// Law: with the proposal a policy allows all that the evidence holds, and no other identities,
// ports, units and points (tests/property/learn_test.cpp). Functions are named only where no points
// are.
#pragma once

#include <string>

#include "learn/evidence.h"

namespace bulkhead::learn {

struct ProposalOptions {
  std::string source;   // "monday.pcapng", "gateway gw-a": where the evidence is from
  bool values = false;  // limit writes to the values seen, where all were told
};

struct Proposal {
  std::string yaml;
  size_t relationships = 0;
  size_t left_out = 0;  // interactions that no rule can name; comments say which
};

Proposal propose(const Evidence& evidence, const ProposalOptions& options);

}  // namespace bulkhead::learn
