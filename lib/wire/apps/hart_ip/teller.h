// SPDX-License-Identifier: Apache-2.0
// Tells the HART commands of one message, and those inside them.
#pragma once

#include "wire/apps/hart_ip/message.h"
#include "wire/apps/protocol.h"

namespace bulkhead::wire::hart_ip {

// Whom a command is for.
struct Addressee {
  uint64_t first = 0, last = 0;  // devices
  uint32_t unit = 0;
};
// The whole range of devices where the address is the broadcast one. Faults: kBadAddress (a unique
// address without a device type).
Addressee addressee_of(const HartFrame& frame, Reader& in) noexcept;

class Teller {
 public:
  Teller(const Header& header, OperationSink& sink) noexcept : header_(header), sink_(sink) {}

  // `data`: of a request, or what an answer has behind its status. `refusal`: the response code.
  void command(uint32_t number, const Addressee& whom, Reader& data, uint8_t refusal,
               unsigned depth = 0) noexcept;
  // A message without a command.
  void message() noexcept;

 private:
  void begin(uint32_t code) noexcept;
  void inner_command(Reader& data, unsigned depth) noexcept;
  void inner_commands(const Addressee& whom, Reader& data, unsigned depth) noexcept;

  const Header& header_;
  OperationSink& sink_;
  uint32_t told_ = 0;
};

// Is a response code an error? Others are warnings (HCF_SPEC-307 5).
bool is_error(uint8_t response_code) noexcept;

}  // namespace bulkhead::wire::hart_ip
