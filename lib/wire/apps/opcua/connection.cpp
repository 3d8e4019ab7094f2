// SPDX-License-Identifier: Apache-2.0
// What a connection does with each chunk.
#include <algorithm>

#include "wire/apps/opcua/builtin.h"
#include "wire/apps/opcua/opcua.h"
#include "wire/fixed_view.h"

namespace bulkhead::wire::opcua {

namespace {

constexpr size_t kChannelAt = 8;
constexpr size_t kSequenceAt = 16;  // behind the token
constexpr size_t kRequestAt = 20;
constexpr size_t kBodyAt = 24;  // of MSG and CLO

constexpr bool failed(Fault fault) noexcept {
  return fault.kind != FaultKind::kNone;
}

std::string_view text_of(std::span<const uint8_t> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void start(Operation& out, bool by_client, uint64_t request) noexcept {
  out.clear();
  out.app = App::kOpcua;
  out.direction = by_client ? Direction::kRequest : Direction::kResponse;
  out.request_id = request;
}

void describe(Operation& out, uint32_t code) noexcept {
  out.code = code;
  const FunctionFact* fact = function_of(code);
  if (fact == nullptr) return;
  out.name = fact->name;
  out.cls = fact->cls;
  out.technique = fact->technique;
}

constexpr uint32_t opaque_code(MessageType type) noexcept {
  return type == MessageType::kClose ? kEncryptedClose : kEncrypted;
}

Fault tell_opaque(OperationSink& sink, uint32_t code, bool by_client, uint32_t channel) noexcept {
  start(sink.operation, by_client, uint64_t{channel} << 32);
  describe(sink.operation, code);
  sink.operation.opaque = true;
  sink.told();
  return {};
}

}  // namespace

// A chunk of MSG or CLO whose headers are read.
struct Connection::Chunk {
  bool by_client = true;
  ChunkHeader header{};
  uint32_t channel = 0;
  uint32_t request = 0;
  std::span<const uint8_t> body{};
};

Parsed<size_t> Connection::frame_size(Side side, std::span<const uint8_t> bytes) const noexcept {
  const uint32_t longest = std::min<uint32_t>(limits_of(side).chunk, kLongestFrame);
  const Parsed<ChunkHeader> header = parse_chunk_header(bytes, longest);
  if (header.faulty()) return header.fault();
  if (header.need_more()) return NeedMore{header.missing()};
  return size_t{header->size};
}

Fault Connection::frame(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept {
  const Parsed<ChunkHeader> header = parse_chunk_header(bytes, kLongestFrame);
  if (header.faulty()) return header.fault();
  if (header.need_more() || header->size != bytes.size()) return {FaultKind::kBadLength, kSizeAt};
  const bool opening = header->type == MessageType::kOpen;
  const bool secure = header->type == MessageType::kMessage || header->type == MessageType::kClose;
  if (!opening && !secure) return connecting(side, header->type, bytes, sink);
  if (greeting_ == Greeting::kNone) greeting_ = Greeting::kOver;
  return opening ? open(side, bytes, sink) : secured(side, *header, bytes, sink);
}

// The first message of all: one that comes later, which a device may pass over, changes nothing.
Fault Connection::hello(std::span<const uint8_t> frame) noexcept {
  Agreement client;
  if (const Fault fault = parse_hello(frame, client); failed(fault)) return fault;
  client_takes_ = client.receives;
  greeting_ = Greeting::kHello;
  return {};
}

Fault Connection::acknowledge(std::span<const uint8_t> frame) noexcept {
  Agreement server;
  if (const Fault fault = parse_acknowledge(frame, server); failed(fault)) return fault;
  greeting_ = Greeting::kOver;
  server_takes_ = server.receives;
  client_takes_.chunk = std::min(client_takes_.chunk, server.send_chunk);
  return {};
}

// Is this message of the connection protocol sent by the end that may, when it may?
bool Connection::in_turn(Side side, MessageType type) const noexcept {
  switch (type) {
    case MessageType::kReverseHello:
      return side == Side::kRequest && greeting_ == Greeting::kNone && !reversed_;
    case MessageType::kHello:
      return by_client(side) && greeting_ == Greeting::kNone;
    case MessageType::kAcknowledge:
      return !by_client(side) && greeting_ == Greeting::kHello;
    default:
      return !by_client(side);
  }
}

Fault Connection::connecting(Side side, MessageType type, std::span<const uint8_t> frame,
                             OperationSink& sink) noexcept {
  if (!in_turn(side, type)) return {FaultKind::kBadState, 0};
  Operation& out = sink.operation;
  const bool reverse = type == MessageType::kReverseHello;
  const bool from_client = type == MessageType::kHello;
  start(out, from_client || reverse, 0);
  Fault fault;
  if (from_client) {
    describe(out, kHello);
    fault = hello(frame);
  } else if (type == MessageType::kAcknowledge) {
    describe(out, kAcknowledge);
    fault = acknowledge(frame);
  } else if (reverse) {
    describe(out, kReverseHello);
    fault = parse_reverse_hello(frame);
  } else {
    describe(out, kError);
    out.is_exception = true;
    out.pairing.alone = true;  // of the connection, whenever it cannot go on
    fault = parse_error(frame.subspan(kChunkHeader), kChunkHeader, out.exception_code);
  }
  if (failed(fault)) return fault;
  if (reverse) reversed_ = out.pairing.alone = true;
  sink.told();
  return {};
}

// Header of an asymmetric message: channel, policy, certificate of the sender, thumbprint of the
// receiver's (Part 6, 6.7.2.3).
Fault Connection::open(Side side, std::span<const uint8_t> frame, OperationSink& sink) noexcept {
  const bool client = by_client(side);
  Reader in{Cursor{frame}};
  in.skip(kChannelAt);
  const uint32_t channel = in.u32();
  const std::string_view policy = text_of(in.string());
  in.string();
  in.string();
  if (!in.ok()) return in.fault();
  if (!is_none(policy)) {
    if (!client) channel_.opened(channel, policy);
    return tell_opaque(sink, kEncryptedOpen, client, 0);
  }
  const uint32_t number = in.u32();
  const uint32_t request = in.u32();
  if (!in.ok()) return in.fault();
  count(client, number);
  start(sink.operation, client, request);
  const Message whole{frame.subspan(in.at()), in.at(), false, client, MessageType::kOpen};
  if (const Fault fault = message(whole, request, sink.operation); failed(fault)) return fault;
  if (!client && !sink.operation.is_exception) channel_.opened(channel, policy);
  sink.told();
  return {};
}

Fault Connection::secured(Side side, const ChunkHeader& header, std::span<const uint8_t> frame,
                          OperationSink& sink) noexcept {
  Chunk chunk{by_client(side), header, 0, 0, {}};
  FixedView<kBodyAt> in;  // there are as many bytes, for its type has no fewer
  if (!FixedView<kBodyAt>::over(frame, 0, in)) return {FaultKind::kBadLength, kSizeAt};
  chunk.channel = swap_bytes(in.be32<kChannelAt>());
  if (channel_.id() != 0 && chunk.channel != channel_.id())
    return {FaultKind::kBadState, kChannelAt};
  if (lost_[chunk.by_client]) return {FaultKind::kBadState, 0};
  // Whether a part of a message is readable shows only when it is whole.
  const bool part = header.chunk != 'F' && channel_.id() != 0;
  const bool unproven = channel_.sight() == Channel::Sight::kUndecided && part;
  if (channel_.sight() == Channel::Sight::kOpaque || unproven)
    return tell_opaque(sink, opaque_code(header.type), chunk.by_client, chunk.channel);
  if (frame.size() < kBodyAt + channel_.signature()) return {FaultKind::kBadLength, kSizeAt};
  count(chunk.by_client, swap_bytes(in.be32<kSequenceAt>()));
  chunk.request = swap_bytes(in.be32<kRequestAt>());
  chunk.body = frame.subspan(kBodyAt, frame.size() - kBodyAt - channel_.signature());
  if (header.chunk == 'A') return abort(chunk, sink);
  if (header.chunk == 'C') return more(chunk);
  return last(chunk, sink);
}

Fault Connection::abort(const Chunk& chunk, OperationSink& sink) noexcept {
  Operation& out = sink.operation;
  start(out, chunk.by_client, uint64_t{chunk.channel} << 32 | chunk.request);
  describe(out, kAbort);
  const Fault fault = parse_error(chunk.body, kBodyAt, out.exception_code);
  if (failed(fault)) return fault;
  out.is_exception = !chunk.by_client;
  if (chunk.by_client) {
    out.pairing.alone = true;
    requests_.forget(chunk.request);
  } else {
    responses_.forget(chunk.request);
    (void)outstanding_.answered(chunk.request);
  }
  sink.told();
  return {};
}

// Nothing behind a chunk that was refused can be trusted to be what it looks like: the rest of that
// message might look like another.
Fault Connection::more(const Chunk& chunk) noexcept {
  const FaultKind kind = chunk.by_client ? requests_.add(chunk.request, chunk.body, server_takes_)
                                         : responses_.add(chunk.request, chunk.body, client_takes_);
  if (kind == FaultKind::kNone) return {};
  lost_[chunk.by_client] = true;
  return {kind, kBodyAt};
}

Fault Connection::last(const Chunk& chunk, OperationSink& sink) noexcept {
  Message whole{chunk.body, kBodyAt, false, chunk.by_client, chunk.header.type};
  const bool parts = chunk.by_client ? requests_.has(chunk.request) : responses_.has(chunk.request);
  if (parts) {
    if (const Fault fault = more(chunk); failed(fault)) return fault;
    const Whole all =
        chunk.by_client ? requests_.end(chunk.request) : responses_.end(chunk.request);
    whole.bytes = all.bytes;
    whole.cut = all.cut;
  }
  Operation& out = sink.operation;
  start(out, chunk.by_client, uint64_t{chunk.channel} << 32 | chunk.request);
  const Fault fault = message(whole, chunk.request, out);
  if (channel_.sight() == Channel::Sight::kUndecided) {
    if (failed(fault) || function_of(out.code) == nullptr) {
      channel_.unreadable();
      return tell_opaque(sink, opaque_code(chunk.header.type), chunk.by_client, chunk.channel);
    }
    channel_.readable();
  }
  if (failed(fault)) return parts ? Fault{fault.kind, kBodyAt} : fault;
  sink.told();
  return {};
}

Fault Connection::message(const Message& message, uint32_t request, Operation& out) noexcept {
  uint32_t handle = 0;
  if (const Fault fault = read_message(message, out, handle); failed(fault)) return fault;
  if (out.direction == Direction::kResponse) return answer(request, message.at, out);
  handle_ = handle;
  out.pairing.alone = message.type == MessageType::kClose;
  outstanding_.asked(request, static_cast<uint16_t>(out.code));
  return {};
}

// A response is judged as what it answers.
Fault Connection::answer(uint32_t request, size_t at, Operation& out) noexcept {
  const uint16_t code = outstanding_.answered(request);
  if (code == 0) return {};
  const Service* const asked = service_of(code);
  const bool refusal = out.code == kServiceFault;
  if (asked != nullptr && !refusal && out.code != asked->response)
    return {FaultKind::kBadState, static_cast<uint32_t>(at)};
  out.cls = asked == nullptr ? OperationClass::kUnspecified : asked->cls;
  if (asked != nullptr && refusal) out.technique = asked->technique;
  return {};
}

}  // namespace bulkhead::wire::opcua
