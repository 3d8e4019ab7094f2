// SPDX-License-Identifier: Apache-2.0
// The words of `bulkhead explain --from A --to B WORDS...` as a service and an operation.
//
//   tcp PORT | udp PORT | icmp
//   modbus [port PORT]                                           the flow
//   modbus CLASS TYPE POINTS [= VALUE[,VALUE...]] [unit N] [port PORT]
//   modbus FUNCTION [TYPE POINTS] [= VALUE...] [unit N] [port PORT]
//
// CLASS: read, write.  TYPE: coil, discrete, holding, input.  POINTS: 10 or 10-19.
// FUNCTION: a name of the function table, such as write_single_register.  Default unit 1, port 502.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "policy/reference.h"

namespace bulkhead::control {

// An operation together with the bytes that its views point into: moved, never copied.
struct OwnedOperation {
  OwnedOperation() = default;
  OwnedOperation(OwnedOperation&&) = default;
  OwnedOperation& operator=(OwnedOperation&&) = default;

  wire::Operation operation;
  std::vector<uint8_t> value_bytes;
  std::vector<char> name;
};

struct AccessWords {
  uint8_t protocol = 0;
  uint16_t port = 0;
  std::optional<OwnedOperation> operation;
};

inline constexpr size_t kMaxAccessWords = 64;
inline constexpr size_t kMaxAccessWord = 128;

// Errors: kInvalid with the word that is wrong and what could stand there.
Result<AccessWords> parse_access_words(const std::vector<std::string>& words);

// "modbus write_single_register holding 10 = 5, unit 1", "tcp 80", "icmp".
std::string to_string(const AccessWords& words);

}  // namespace bulkhead::control
