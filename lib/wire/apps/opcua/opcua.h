// SPDX-License-Identifier: Apache-2.0
// OPC UA binary over TCP: chunks, the channel, and the services in its messages.
//
// Sources: OPC 10000-6 1.05 (encodings 5.2, secure conversation 6.7, connection protocol 7.1);
// OPC 10000-4 1.05 (services).
#pragma once

#include <cstdint>
#include <span>

#include "wire/apps/opcua/assembly.h"
#include "wire/apps/opcua/outstanding.h"
#include "wire/apps/opcua/security.h"
#include "wire/apps/opcua/sequence.h"
#include "wire/apps/opcua/service.h"
#include "wire/apps/opcua/transport.h"
#include "wire/apps/protocol.h"

namespace bulkhead::wire::opcua {

inline constexpr uint16_t kPort = 4840;

// Operation::code of what is no service of namespace 0.
enum Code : uint32_t {
  kHello = 1u << 24 | 1,
  kAcknowledge,
  kError,
  kReverseHello,
  kAbort,
  kEncrypted,       // a message that cannot be read
  kEncryptedOpen,   // an OPN that cannot be read
  kEncryptedClose,  // a CLO that cannot be read
};
// A service of another namespace, or one whose identifier is no number below this one.
inline constexpr uint32_t kForeignService = 0xffff;

std::span<const FunctionFact> functions() noexcept;
const FunctionFact* function_of(uint32_t code) noexcept;

// One connection.
//
// A chunk that is not the last of its message tells nothing; the last one tells the message.
// `request_id` is the channel's identifier << 32 | the request identifier; of an OPN, whose request
// cannot know the channel yet, the request identifier alone.
//
// Faults beyond those of the parts: kBadState (a message of the wrong side or channel or out of
// turn, a response to another service than was asked for, anything behind a chunk that was too
// much), kTooMany and kTooLong (chunks). Of a message of several chunks the offset is that of the
// last chunk's body.
class Connection {
 public:
  static constexpr App kApp = App::kOpcua;
  static constexpr size_t kLongestFrame = 65536;

  [[nodiscard]] Parsed<size_t> frame_size(Side side, std::span<const uint8_t> bytes) const noexcept;
  Fault frame(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept;
  [[nodiscard]] bool pending(Side side) const noexcept {
    return by_client(side) ? requests_.pending() : responses_.pending();
  }
  // As wire/apps/protocol.h says (Refusing, Renumbering). No words, and no renumbering, where
  // chunks are signed; no words amid a response in chunks.
  size_t refuse(Side asker, std::span<const uint8_t> chunk, const Operation& operation,
                std::span<uint8_t> out) noexcept;
  bool adapt(Side sender, std::span<uint8_t> chunk) noexcept;
  // The bytes begin with a hello for an opc.tcp URL, or with a reverse hello.
  static bool recognises(std::span<const uint8_t> bytes) noexcept { return opens(bytes); }

 private:
  struct Chunk;
  enum class Greeting : uint8_t { kNone, kHello, kOver };

  // The opener is the client, unless a reverse hello turned them round.
  [[nodiscard]] bool by_client(Side side) const noexcept {
    return (side == Side::kRequest) != reversed_;
  }
  [[nodiscard]] const Limits& limits_of(Side side) const noexcept {
    return by_client(side) ? server_takes_ : client_takes_;
  }
  [[nodiscard]] bool in_turn(Side side, MessageType type) const noexcept;
  Fault connecting(Side side, MessageType type, std::span<const uint8_t> frame,
                   OperationSink& sink) noexcept;
  Fault hello(std::span<const uint8_t> frame) noexcept;
  Fault acknowledge(std::span<const uint8_t> frame) noexcept;
  Fault open(Side side, std::span<const uint8_t> frame, OperationSink& sink) noexcept;
  Fault secured(Side side, const ChunkHeader& header, std::span<const uint8_t> frame,
                OperationSink& sink) noexcept;
  Fault abort(const Chunk& chunk, OperationSink& sink) noexcept;
  Fault more(const Chunk& chunk) noexcept;
  Fault last(const Chunk& chunk, OperationSink& sink) noexcept;
  Fault message(const Message& message, uint32_t request, Operation& out) noexcept;
  [[nodiscard]] bool signed_chunks() const noexcept;
  size_t fault(Side asker, std::span<const uint8_t> frame, std::span<uint8_t> out) noexcept;
  void count(bool by_client, uint32_t number) noexcept {
    sequences_[by_client].seen(number, by_client ? requests_.pending() : responses_.pending());
  }
  Fault answer(uint32_t request, size_t at, Operation& out) noexcept;

  static constexpr Limits kNoLimits{kLongestFrame, 0, 0};

  Channel channel_;
  Limits server_takes_ = kNoLimits;
  Limits client_takes_ = kNoLimits;
  Greeting greeting_ = Greeting::kNone;  // over, too, where it was not seen
  bool reversed_ = false;
  bool lost_[2] = {false, false};  // of the server, of the client: chunks were refused
  Sequence sequences_[2];          // of the server, of the client
  uint32_t handle_ = 0;            // that the client gave its last request
  Outstanding outstanding_;
  Assembly<4, 16384, false> requests_;
  Assembly<4, 2048, true> responses_;
};

}  // namespace bulkhead::wire::opcua
