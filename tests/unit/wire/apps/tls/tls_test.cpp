// SPDX-License-Identifier: Apache-2.0
// TLS: records, what the hellos say, evasions; a protocol in the clear or inside; the published
// table.
#include "wire/apps/tls/tls.h"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "../function_table.h"
#include "tls_bytes.h"
#include "wire/apps/modbus.h"
#include "wire/apps/tls/either.h"

namespace bulkhead::test {
namespace {

using wire::Direction;
using wire::Fault;
using wire::FaultKind;
using wire::PointType;
using wire::Side;

const Fault kFine{};
constexpr Side kClient = Side::kRequest, kServer = Side::kResponse;

template <typename P>
struct Talk final : wire::OperationSink {
  void told() noexcept override {
    names.emplace_back(operation.name);
    all_opaque = all_opaque && operation.opaque;
    text.clear();
    for (const wire::PointRange& point : operation.points) {
      const bool version = point.type == PointType::kTlsVersion;
      text += (text.empty() ? "" : " ") +
              (version ? std::to_string(point.last & 0xff) : std::string(point.name));
    }
  }
  // All of it, frame by frame; the first fault.
  Fault say(Side side, std::span<const uint8_t> rest) {
    while (!rest.empty()) {
      const auto size = connection.frame_size(side, rest);
      if (size.faulty()) return size.fault();
      if (!size.ok() || *size > rest.size()) return {FaultKind::kTruncated, 0};
      const Fault fault = connection.frame(side, rest.first(*size), *this);
      if (fault.kind != FaultKind::kNone) return fault;
      rest = rest.subspan(*size);
    }
    return kFine;
  }
  P connection;
  std::vector<std::string> names;
  std::string text;  // of the last operation: versions and names
  bool all_opaque = true;
};
using Tls = Talk<wire::tls::Connection>;
using MaybeModbus = Talk<wire::tls::Either<wire::modbus::Connection>>;

FaultKind kind_of(const Fault& fault) {
  return fault.kind;
}
FaultKind client_fault(const TlsBytes& extensions) {
  return kind_of(Tls().say(kClient, tls_record(22, client_hello_message(0x0303, extensions))));
}

// Both hellos of a session.
void agree(Tls& talk, const TlsBytes& server) {
  REQUIRE(talk.say(kClient, client_hello()) == kFine);
  REQUIRE(talk.say(kServer, server) == kFine);
}

}  // namespace

TEST_CASE("tls: docs/protocols/tls.md lists exactly the operations of the table", "[wire][tls]") {
  REQUIRE(documented_rows("tls") == expected_rows(wire::tls::functions()));
}

TEST_CASE("tls: a client's hello tells the versions it offers and the server it wants",
          "[wire][tls]") {
  Tls talk;
  TlsBytes extensions = tls_versions({0x0304, 0x0303});
  put(extensions, tls_extension(16, {0, 6, 4, 'm', 'q', 't', 't', 0}));
  CHECK(client_fault(extensions) == FaultKind::kBadLength);  // a protocol without a name
  extensions.resize(extensions.size() - 12);
  put(extensions, tls_extension(16, {0, 5, 4, 'm', 'q', 't', 't'}));
  put(extensions, tls_server_name("plc-7"));
  REQUIRE(talk.say(kClient, tls_record(22, client_hello_message(0x0303, extensions), 0x0301)) ==
          kFine);
  CHECK(talk.names == std::vector<std::string>{"client_hello"});
  CHECK(talk.text == "4 3 mqtt plc-7");
  CHECK(talk.operation.direction == Direction::kRequest);
  CHECK(talk.all_opaque);
}

TEST_CASE("tls: where no extension lists versions the field counts, up to 1.2", "[wire][tls]") {
  Tls talk;
  REQUIRE(talk.say(kClient, client_hello_10()) == kFine);
  CHECK(talk.text == "1");
  Tls newer;
  REQUIRE(newer.say(kClient, tls_record(22, client_hello_message(0x0309, {}))) == kFine);
  CHECK(newer.text == "3");
}

TEST_CASE("tls: a server's hello tells the version and suite chosen, and records repeat them",
          "[wire][tls]") {
  Tls talk;
  agree(talk, server_hello_13());
  CHECK(talk.text == "4 plc-7.plant.example");
  CHECK(talk.operation.points[0].detail == 0xc02f);
  CHECK(talk.operation.direction == Direction::kResponse);
  REQUIRE(talk.say(kServer, tls_data(16384 + 256)) == kFine);
  CHECK(talk.names.back() == "application_data");
  CHECK(talk.text == "4 plc-7.plant.example");
  REQUIRE(talk.operation.values.size() == 1);
  CHECK(talk.operation.values[0].at(0) == 16384 + 256);
  CHECK(talk.all_opaque);
}

TEST_CASE("tls: a session of 1.2 is followed through its handshake", "[wire][tls]") {
  Tls talk;
  TlsBytes flight = server_hello_message(0x0303);
  put(flight, TlsBytes(300, 11));  // certificate and what follows, in the same record
  agree(talk, tls_record(22, flight));
  REQUIRE(talk.say(kClient, tls_data(100, 22)) == kFine);
  Tls hasty;  // application data before the keys are changed
  hasty.connection = talk.connection;
  CHECK(kind_of(hasty.say(kClient, tls_data(64))) == FaultKind::kBadState);
  REQUIRE(talk.say(kClient, tls_record(20, {1})) == kFine);
  REQUIRE(talk.say(kClient, tls_data(40, 22)) == kFine);
  REQUIRE(talk.say(kClient, tls_data(16384 + 2048)) == kFine);
  CHECK(talk.names == std::vector<std::string>{"client_hello", "server_hello", "handshake",
                                               "change_cipher_spec", "handshake",
                                               "application_data"});
}

TEST_CASE("tls: records longer than their version allows are a fault", "[wire][tls]") {
  Tls newest;
  agree(newest, server_hello_13());
  CHECK(kind_of(newest.say(kServer, tls_data(16384 + 257))) == FaultKind::kBadLength);
  Tls older;
  agree(older, server_hello_12());
  REQUIRE(older.say(kServer, tls_record(20, {1})) == kFine);
  CHECK(kind_of(older.say(kServer, tls_data(16384 + 2049))) == FaultKind::kBadLength);
  CHECK(kind_of(older.say(kServer, tls_data(0, 22))) == FaultKind::kBadLength);
  CHECK(older.say(kServer, tls_data(0)) == kFine);  // RFC 8446 5.1
}

TEST_CASE("tls: what is no record of the session is a fault", "[wire][tls]") {
  Tls talk;
  agree(talk, server_hello_13());
  const TlsBytes modbus{0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 2};
  CHECK(kind_of(talk.say(kClient, modbus)) == FaultKind::kBadType);
  CHECK(kind_of(talk.say(kClient, tls_data(9, 24))) == FaultKind::kBadType);  // heartbeat
  CHECK(kind_of(talk.say(kClient, tls_record(23, {1}, 0x0301))) == FaultKind::kBadVersion);
  CHECK(kind_of(talk.say(kClient, tls_data(90, 22))) == FaultKind::kBadState);  // 1.3 hides them
}

TEST_CASE("tls: a retry asks for another hello, whose server counts from then on", "[wire][tls]") {
  Tls talk;
  TlsBytes retry = tls_message(2, tls_hello_body(0x0303, {0x13, 1, 0}, tls_extension(43, {3, 4})));
  const TlsBytes random = {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
                           0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
                           0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};
  std::copy(random.begin(), random.end(), retry.begin() + 6);
  agree(talk, tls_record(22, retry));
  CHECK(talk.names.back() == "hello_retry_request");
  REQUIRE(talk.say(kServer, tls_record(20, {1})) == kFine);  // RFC 8446 appendix D.4
  REQUIRE(talk.say(kClient, tls_record(20, {1})) == kFine);
  REQUIRE(talk.say(kClient, client_hello("other.example")) == kFine);
  CHECK(talk.text == "4 3 other.example");
  REQUIRE(talk.say(kServer, server_hello_13()) == kFine);
  REQUIRE(talk.say(kClient, tls_data(50)) == kFine);
  CHECK(talk.text == "4 other.example");
}

TEST_CASE("evasion: a hello over many records is told once, when it is whole", "[wire][tls]") {
  const TlsBytes message = client_hello_message(0x0303, tls_server_name("plc-7"));
  Tls talk;
  for (const uint8_t byte : message) {
    CHECK(talk.names.empty());
    REQUIRE(talk.say(kClient, tls_record(22, {byte})) == kFine);
    CHECK(talk.connection.pending(kClient) == talk.names.empty());
  }
  CHECK(talk.names == std::vector<std::string>{"client_hello"});
  CHECK(talk.text == "plc-7 3");

  Tls broken;  // nothing may come between its records: RFC 8446 5.1
  REQUIRE(broken.say(kClient, tls_record(22, {1})) == kFine);
  CHECK(kind_of(broken.say(kClient, tls_record(21, {1, 0}))) == FaultKind::kBadState);
}

TEST_CASE("evasion: names that a server could read otherwise are faults", "[wire][tls]") {
  TlsBytes twice = tls_server_name("good.example");
  put(twice, tls_server_name("bad.example"));
  CHECK(client_fault(twice) == FaultKind::kTooMany);
  CHECK(client_fault(tls_extension(0, {0, 8, 0, 0, 1, 'a', 0, 0, 1, 'b'})) == FaultKind::kBadCount);
  CHECK(client_fault(tls_server_name("a b")) == FaultKind::kBadValue);
  CHECK(client_fault(tls_server_name(std::string_view("a\0b", 3))) == FaultKind::kBadValue);
  CHECK(client_fault(tls_server_name("")) == FaultKind::kBadLength);
  CHECK(client_fault(tls_server_name(std::string(256, 'a'))) == FaultKind::kBadLength);
  CHECK(client_fault(tls_extension(0, {0, 4, 0, 0, 1, 'a', 9})) == FaultKind::kBadLength);
}

TEST_CASE("evasion: nothing goes before the hellos, or hides behind them", "[wire][tls]") {
  CHECK(kind_of(Tls().say(kClient, tls_data(10))) == FaultKind::kBadState);
  CHECK(kind_of(Tls().say(kServer, server_hello_13())) == FaultKind::kBadState);
  CHECK(kind_of(Tls().say(kClient, tls_record(22, TlsBytes(9, 2)))) == FaultKind::kBadType);
  Tls early;  // 0-RTT
  REQUIRE(early.say(kClient, client_hello()) == kFine);
  CHECK(kind_of(early.say(kClient, tls_data(10))) == FaultKind::kBadState);
  TlsBytes more = client_hello_message(0x0303, {});
  more.push_back(0);
  CHECK(kind_of(Tls().say(kClient, tls_record(22, more))) == FaultKind::kBadLength);
  TlsBytes longest = client_hello_message(0x0303, tls_extension(21, TlsBytes(4096)));
  CHECK(kind_of(Tls().say(kClient, tls_record(22, longest))) == FaultKind::kTooLong);
}

TEST_CASE("tls: the bytes may be cut anywhere", "[wire][tls]") {
  TlsBytes stream = client_hello();
  put(stream, tls_record(20, {1}));
  for (size_t cut = 1; cut < stream.size(); ++cut) {
    Tls whole, halves;
    const std::span<const uint8_t> bytes(stream);
    REQUIRE(whole.connection.frame(kClient, bytes, whole) == kFine);
    REQUIRE(halves.connection.frame(kClient, bytes.first(cut), halves) == kFine);
    REQUIRE(halves.connection.frame(kClient, bytes.subspan(cut), halves) == kFine);
    REQUIRE(halves.names == whole.names);
  }
}

TEST_CASE("tls: the first bytes decide between a protocol in the clear and inside", "[wire][tls]") {
  const TlsBytes read{0x16, 3, 0, 0, 0, 6, 1, 3, 0, 0, 0, 2};  // the nearest that Modbus comes
  const auto clear = std::make_unique<MaybeModbus>(), tls = std::make_unique<MaybeModbus>();
  CHECK(clear->connection.frame_size(kClient, std::span(read).first(2)).need_more());
  REQUIRE(clear->say(kClient, read) == kFine);
  CHECK(clear->names == std::vector<std::string>{"read_holding_registers"});
  REQUIRE(tls->say(kClient, client_hello()) == kFine);
  REQUIRE(tls->say(kServer, server_hello_13()) == kFine);
  REQUIRE(tls->say(kClient, tls_data(400)) == kFine);
  CHECK(tls->names == std::vector<std::string>{"client_hello", "server_hello", "application_data"});
  CHECK(kind_of(tls->say(kClient, read)) == FaultKind::kBadVersion);  // TLS stays TLS
  CHECK(kind_of(clear->say(kClient, client_hello())) != FaultKind::kNone);
}

}  // namespace bulkhead::test
