// SPDX-License-Identifier: Apache-2.0
// The words of each protocol for a refusal, for others to read (refusal.py). Lines on standard
// input: a protocol's name begins a connection; "> HEX" and "< HEX" are frames of its opener and of
// its other end; "!" refuses the last. Of each refusal standard output has its bytes in hex.
#include <fmt/core.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "wire/apps/bacnet/bacnet.h"
#include "wire/apps/dnp3/dnp3.h"
#include "wire/apps/iec104/iec104.h"
#include "wire/apps/iso/connection.h"
#include "wire/apps/modbus.h"
#include "wire/apps/mqtt/mqtt.h"
#include "wire/apps/opcua/opcua.h"

using namespace bulkhead::wire;

namespace {

using Bytes = std::vector<uint8_t>;

class Conversation : public OperationSink {
 public:
  virtual ~Conversation() = default;
  void told() noexcept override {}
  virtual Fault say(Side side, const Bytes& bytes) = 0;
  virtual Bytes refuse(Side side, const Bytes& bytes) = 0;
};

template <Refusing P>
class Talk final : public Conversation {
 public:
  Fault say(Side side, const Bytes& bytes) override {
    if constexpr (StreamProtocol<P>)
      return connection_->frame(side, bytes, *this);
    else
      return connection_->datagram(side, bytes, *this);
  }
  Bytes refuse(Side side, const Bytes& bytes) override {
    Bytes out(kLongestRefusal);
    out.resize(connection_->refuse(side, bytes, operation, out));
    return out;
  }

 private:
  std::unique_ptr<P> connection_ = std::make_unique<P>();
};

std::unique_ptr<Conversation> conversation_in(const std::string& protocol) {
  if (protocol == "modbus") return std::make_unique<Talk<modbus::Connection>>();
  if (protocol == "iso") return std::make_unique<Talk<iso::Connection>>();
  if (protocol == "bacnet") return std::make_unique<Talk<bacnet::Connection>>();
  if (protocol == "iec104") return std::make_unique<Talk<iec104::Connection>>();
  if (protocol == "opcua") return std::make_unique<Talk<opcua::Connection>>();
  if (protocol == "mqtt") return std::make_unique<Talk<mqtt::Connection>>();
  if (protocol == "dnp3") return std::make_unique<Talk<dnp3::Connection>>();
  fmt::print(stderr, "no such protocol: {}\n", protocol);
  std::exit(2);
}

Bytes from_hex(const std::string& text) {
  Bytes out;
  for (size_t i = 0; i + 1 < text.size(); i += 2)
    out.push_back(static_cast<uint8_t>(std::stoul(text.substr(i, 2), nullptr, 16)));
  return out;
}

std::string hex(const Bytes& bytes) {
  std::string out;
  for (const uint8_t byte : bytes) out += fmt::format("{:02x}", byte);
  return out;
}

}  // namespace

int main() {
  std::unique_ptr<Conversation> talk;
  Bytes last;
  Side side = Side::kRequest;
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "!") {
      fmt::print("{}\n", hex(talk->refuse(side, last)));
    } else if (line.starts_with("> ") || line.starts_with("< ")) {
      side = line[0] == '>' ? Side::kRequest : Side::kResponse;
      last = from_hex(line.substr(2));
      const Fault fault = talk->say(side, last);
      if (fault.kind == FaultKind::kNone) continue;
      fmt::print(stderr, "{}: {} at {}\n", line, to_string(fault.kind), fault.offset);
      return 1;
    } else {
      talk = conversation_in(line);
    }
  }
  return 0;
}
