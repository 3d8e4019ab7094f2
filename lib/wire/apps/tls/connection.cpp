// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "wire/apps/fact_table.h"
#include "wire/apps/tls/tls.h"

namespace bulkhead::wire::tls {
namespace {

// Of a record's body: RFC 8446 5.1, 5.2; RFC 5246 6.2.3.
constexpr size_t kLongestPlain = 1u << 14;
constexpr size_t kLongest12 = kLongestPlain + 2048;
constexpr size_t kLongest13 = kLongestPlain + 256;

constexpr size_t length_of(std::span<const uint8_t> header) noexcept {
  return size_t{header[3]} << 8 | header[4];
}

constexpr bool failed(const Fault& fault) noexcept {
  return fault.kind != FaultKind::kNone;
}

void start(Operation& out, uint32_t code, Direction direction) noexcept {
  out.clear();
  out.app = App::kTls;
  out.opaque = true;
  describe(out, code, fact_of(functions(), code));
  out.direction = direction;
}

}  // namespace

bool Connection::awaited(Side side) const noexcept {
  return side == Side::kRequest ? awaits_ == Awaits::kClient : awaits_ == Awaits::kServer;
}

// Which records may come now. Application data before the server's hello (0-RTT) is of a session
// that nobody has agreed to: RFC 8446 8 says what it is worth.
Fault Connection::check_order(Side side, uint8_t type) const noexcept {
  constexpr Fault kNotNow{FaultKind::kBadState, 0};
  const bool hello = type == kHandshake && awaited(side);
  if (!offered_ || (awaited(side) && !buffer_.empty())) return hello ? Fault{} : kNotNow;
  if (awaits_ != Awaits::kNothing)
    return hello || type == kAlert || (type == kChangeCipherSpec && !awaited(Side::kResponse)) ||
                   (type == kChangeCipherSpec && side == Side::kRequest)
               ? Fault{}
               : kNotNow;
  const bool newest = facts_.version >= kTls13;
  if (type == kHandshake && newest) return kNotNow;
  return type == kApplicationData && !newest && !way(side).ciphered ? kNotNow : Fault{};
}

bool Connection::length_ok(const Way& way, uint8_t type, size_t length) const noexcept {
  const bool agreed = awaits_ == Awaits::kNothing, newest = facts_.version >= kTls13;
  const bool plain = !agreed || !(newest || way.ciphered);
  if (type == kChangeCipherSpec && !(agreed && !newest && way.ciphered)) return length == 1;
  if (type == kAlert && (newest || !way.ciphered)) return length == 2;
  if (length == 0) return type == kApplicationData;
  return length <= (plain ? kLongestPlain : newest ? kLongest13 : kLongest12);
}

Fault Connection::check(Side side, std::span<const uint8_t> header) const noexcept {
  const uint8_t type = header[0];
  if (type < kChangeCipherSpec || type > kApplicationData) return {FaultKind::kBadType, 0};
  // RFC 8446 5.1: what is agreed on, 1.2 for 1.3; before that anything that is no SSL.
  const auto version = static_cast<uint16_t>(header[1] << 8 | header[2]);
  const bool version_ok = awaits_ == Awaits::kNothing ? version == std::min(facts_.version, kTls12)
                                                      : version >= kTls10 && version <= kTls12;
  if (!version_ok) return {FaultKind::kBadVersion, 1};
  if (const Fault fault = check_order(side, type); failed(fault)) return fault;
  if (!length_ok(way(side), type, length_of(header))) return {FaultKind::kBadLength, 3};
  return {};
}

Parsed<size_t> Connection::frame_size(Side side, std::span<const uint8_t> bytes,
                                      size_t most) const noexcept {
  const Way& w = way(side);
  if (w.left != 0) return std::min<size_t>(w.left, most);
  const size_t wanted = kRecordHeader - w.held;
  if (bytes.size() < wanted) return NeedMore{static_cast<uint32_t>(wanted - bytes.size())};
  std::array<uint8_t, kRecordHeader> header = w.header;
  std::copy_n(bytes.begin(), wanted, header.begin() + w.held);
  if (const Fault fault = check(side, header); failed(fault)) return fault;
  return wanted;
}

void Connection::add_facts(Operation& out, std::span<const uint8_t> length) const noexcept {
  out.add_point({PointType::kTlsVersion,
                 OperationClass::kUnspecified,
                 facts_.version,
                 facts_.version,
                 facts_.suite,
                 {},
                 {}});
  out.add_values({ValueView::Encoding::kBe16, 0, 1, length});
  if (facts_.name_size != 0)
    out.add_point({PointType::kTlsServerName,
                   OperationClass::kUnspecified,
                   0,
                   0,
                   0,
                   facts_.server_name(),
                   {}});
}

// Every record says again what the hellos settled: each is judged by itself.
void Connection::tell_record(Side side, uint8_t type, OperationSink& sink) noexcept {
  start(sink.operation, type, Direction::kUnsolicited);
  add_facts(sink.operation, std::span<const uint8_t>(way(side).header).subspan(3));
  sink.told();
}

Fault Connection::begin_record(Side side, OperationSink& sink) noexcept {
  Way& w = way(side);
  w.held = 0;
  if (const Fault fault = check(side, w.header); failed(fault)) return fault;
  const uint8_t type = w.header[0];
  w.left = static_cast<uint16_t>(length_of(w.header));
  w.hello = type == kHandshake && awaited(side);
  if (w.hello) return {};
  tell_record(side, type, sink);
  w.ciphered |= type == kChangeCipherSpec && awaits_ == Awaits::kNothing;
  return {};
}

Fault Connection::end_hello(Side side, OperationSink& sink) noexcept {
  const bool client = side == Side::kRequest;
  start(sink.operation, client ? kClientHello : kServerHello,
        client ? Direction::kRequest : Direction::kResponse);
  bool retry = false;
  const Fault fault = client ? read_client_hello(buffer_.body(), sink.operation, facts_)
                             : read_server_hello(buffer_.body(), sink.operation, facts_, retry);
  if (failed(fault)) return fault;
  // RFC 8446 5.1: keys change, or a flight ends; only 1.2 puts more messages behind it.
  const bool alone = client || facts_.version >= kTls13;
  if (alone && way(side).left != 0) return {FaultKind::kBadLength, 1};
  if (retry) describe(sink.operation, kHelloRetryRequest, fact_of(functions(), kHelloRetryRequest));
  if (!client && facts_.name_size != 0)
    sink.operation.add_point({PointType::kTlsServerName,
                              OperationClass::kUnspecified,
                              0,
                              0,
                              0,
                              facts_.server_name(),
                              {}});
  offered_ = true;
  awaits_ = client ? Awaits::kServer : retry ? Awaits::kClient : Awaits::kNothing;
  forget_hello(side);
  sink.told();
  return {};
}

// Up to the end of the hello, of the record, or of the bytes.
Fault Connection::take_hello(Side side, std::span<const uint8_t>& bytes,
                             OperationSink& sink) noexcept {
  Way& w = way(side);
  const auto taken = bytes.first(std::min({bytes.size(), size_t{w.left}, buffer_.wants()}));
  buffer_.add(taken);
  bytes = bytes.subspan(taken.size());
  w.left = static_cast<uint16_t>(w.left - taken.size());
  if (!buffer_.has_header()) return {};
  const uint8_t type = side == Side::kRequest ? kClientHelloType : kServerHelloType;
  if (buffer_.type() != type) return {FaultKind::kBadType, 0};
  if (!buffer_.fits()) return {FaultKind::kTooLong, 1};
  return buffer_.wants() == 0 ? end_hello(side, sink) : Fault{};
}

void Connection::forget_hello(Side side) noexcept {
  buffer_.clear();
  way(side).hello = false;
}

Fault Connection::frame(Side side, std::span<const uint8_t> bytes, OperationSink& sink) noexcept {
  Way& w = way(side);
  while (!bytes.empty()) {
    Fault fault;
    if (w.left == 0) {
      w.header[w.held++] = bytes[0];
      bytes = bytes.subspan(1);
      if (w.held == kRecordHeader) fault = begin_record(side, sink);
    } else if (w.hello) {
      fault = take_hello(side, bytes, sink);
      if (failed(fault)) forget_hello(side);
    } else {
      const size_t taken = std::min<size_t>(bytes.size(), w.left);
      w.left = static_cast<uint16_t>(w.left - taken);
      bytes = bytes.subspan(taken);
    }
    if (failed(fault)) return fault;
  }
  return {};
}

bool Connection::pending(Side side) const noexcept {
  return way(side).hello && (way(side).left != 0 || !buffer_.empty());
}

bool Connection::amid_record(Side side) const noexcept {
  return way(side).left != 0 || way(side).held != 0;
}

bool Connection::recognises(std::span<const uint8_t> bytes) noexcept {
  return opens_connection(bytes) && bytes.size() > kRecordHeader && length_of(bytes) != 0 &&
         length_of(bytes) <= kLongestPlain && bytes[kRecordHeader] == kClientHelloType;
}

}  // namespace bulkhead::wire::tls
