// SPDX-License-Identifier: Apache-2.0
// Niagara Fox: headers, where messages end, evasions; the published table.
#include "wire/apps/fox/fox.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "../function_table.h"

namespace bulkhead::test {
namespace {

using wire::Direction;
using wire::Fault;
using wire::FaultKind;
using wire::OperationClass;
using wire::Side;
using wire::fox::Connection;

const Fault kFine{};
const std::string kHello = "fox a 1 -1 fox hello\n{\nfox.version=s:1.0\nid=i:1\n};;\n";

std::span<const uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

struct Talk final : wire::OperationSink {
  void told() noexcept override { names.emplace_back(operation.name); }
  // All of it, frame by frame; the first fault.
  Fault say(const std::string& text, Side side = Side::kRequest) {
    auto rest = bytes_of(text);
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
  Connection connection;
  std::vector<std::string> names;
};

std::string body(const std::string& lines) {
  return "fox a 1 -1 fox hello\n{\n" + lines + "};;\n";
}

}  // namespace

TEST_CASE("fox: docs/protocols/fox.md lists exactly the operations of the table", "[wire][fox]") {
  REQUIRE(documented_rows("fox") == expected_rows(wire::fox::functions()));
}

TEST_CASE("fox: a hello discovers, and is told before its body", "[wire][fox]") {
  Talk talk;
  REQUIRE(talk.say("fox a 1 -1 fox hello\n") == kFine);
  CHECK(talk.names == std::vector<std::string>{"fox_hello"});
  CHECK(talk.operation.cls == OperationClass::kDiscover);
  CHECK(talk.operation.technique == 888);
  CHECK(talk.operation.direction == Direction::kRequest);
  CHECK(talk.connection.pending(Side::kRequest));
  REQUIRE(talk.say("{\nfox.version=s:1.0\n};;\n") == kFine);
  CHECK_FALSE(talk.connection.pending(Side::kRequest));
  CHECK(talk.names.size() == 1);
  REQUIRE(talk.say("fox a 0 -1 fox hello\n", Side::kResponse) == kFine);
  CHECK(talk.operation.direction == Direction::kUnsolicited);
}

TEST_CASE("fox: a reply has the number of its request, whoever began", "[wire][fox]") {
  Talk talk;
  REQUIRE(talk.say("fox s 4 7 broker sync\n{\n};;\n") == kFine);
  CHECK(talk.operation.cls == OperationClass::kProgram);
  CHECK(talk.operation.name == "broker_channel");
  const auto id = talk.operation.request_id;
  REQUIRE(talk.say("fox r 4 7 broker sync\n{\n};;\n", Side::kResponse) == kFine);
  CHECK(talk.operation.request_id == id);
  CHECK(talk.operation.direction == Direction::kResponse);
  CHECK_FALSE(talk.operation.is_exception);
  REQUIRE(talk.say("fox e 5 7 broker sync\n{\n};;\n", Side::kResponse) == kFine);
  CHECK(talk.operation.is_exception);
  REQUIRE(talk.say("fox s 6 7 sys x\n{\n};;\n", Side::kResponse) == kFine);
  CHECK(talk.operation.direction == Direction::kRequest);
  CHECK(talk.operation.request_id != id);
}

TEST_CASE("fox: a command or channel that is not known is of no class", "[wire][fox][evasion]") {
  Talk talk;
  for (const std::string what : {"fox reboot", "Fox hello", "fox hello2", "broke r"}) {
    REQUIRE(talk.say("fox a 1 -1 " + what + "\n{\n};;\n") == kFine);
    CHECK(talk.operation.cls == OperationClass::kUnspecified);
  }
}

TEST_CASE("fox: the end of a message inside a blob is none", "[wire][fox][evasion]") {
  Talk talk;
  const std::string inside = "\n};;\nfox a 2 -1 broker x\n{\n";
  const auto length = std::to_string(inside.size());
  REQUIRE(talk.say(body("x=b:" + length + "[" + inside + "]\n")) == kFine);
  REQUIRE(talk.say(body("x=o:bog " + length + "[" + inside + "]\n")) == kFine);
  CHECK(talk.names == std::vector<std::string>{"fox_hello", "fox_hello"});
  // A text is no blob, although it looks like one.
  REQUIRE(talk.say(body("x=s:b:99[\n") + kHello) == kFine);
  CHECK(talk.names.size() == 4);
}

TEST_CASE("fox: two messages in one segment are two, and one may come byte by byte",
          "[wire][fox][evasion]") {
  Talk talk;
  REQUIRE(talk.say(kHello + "fox s 2 1 file read\n{\n};;\n") == kFine);
  CHECK(talk.names == std::vector<std::string>{"fox_hello", "file_channel"});
  const Connection connection;
  for (size_t n = 0; n < 21; ++n)
    CHECK(connection.frame_size(Side::kRequest, bytes_of(kHello.substr(0, n))).need_more());
  CHECK(*connection.frame_size(Side::kRequest, bytes_of(kHello.substr(0, 21))) == 21);
}

TEST_CASE("fox: messages nest so deep and no deeper", "[wire][fox][evasion]") {
  const auto nested = [](unsigned depth) {
    std::string out;
    for (unsigned i = 0; i < depth; ++i) out += "m=m:{\n";
    for (unsigned i = 0; i < depth; ++i) out += "}\n";
    return body(out);
  };
  Talk talk;
  CHECK(talk.say(nested(wire::fox::Lines::kMostDepth - 1)) == kFine);
  CHECK(talk.say(nested(wire::fox::Lines::kMostDepth)).kind == FaultKind::kTooMany);
}

TEST_CASE("fox: the footer of an inner message ends nothing", "[wire][fox][evasion]") {
  Talk talk;
  CHECK(talk.say(body("m=m:{\n};;\n")).kind == FaultKind::kBadValue);
  Talk other;
  CHECK(other.say(body("}\n")).kind == FaultKind::kBadValue);
}

TEST_CASE("fox: long texts and blobs pass in pieces, a long header does not",
          "[wire][fox][evasion]") {
  Talk talk;
  REQUIRE(talk.say(body("x=s:" + std::string(5000, 'a') + "\n")) == kFine);
  REQUIRE(talk.say(body("x=b:5000[" + std::string(5000, '\n') + "]\n") + kHello) == kFine);
  CHECK(talk.names.size() == 3);
  CHECK(talk.say("fox a 1 -1 fox " + std::string(600, 'h') + "\n").kind == FaultKind::kTooLong);
}

TEST_CASE("fox: lines that are no value, and blobs without their bracket, are faults",
          "[wire][fox][evasion]") {
  for (const std::string line : {"x\n", "x=q:1\n", "=s:1\n", "x=s1\n", "x=b:\n", "x=b:-1[]\n",
                                 "x=b:1x[a]\n", "x=b:2[abc]\n", "x=b:9999999999[", "x=m:1\n"}) {
    Talk talk;
    INFO(line);
    CHECK(talk.say(body(line)).kind == FaultKind::kBadValue);
  }
  CHECK(Talk().say("fox a 1 -1 fox hello\nfox") == Fault{FaultKind::kTruncated, 0});
  CHECK(Talk().say("fox a 1 -1 fox hello\nx=s:1\n").kind == FaultKind::kBadValue);
}

TEST_CASE("fox: headers that are none are faults", "[wire][fox][evasion]") {
  for (const std::string line :
       {"fox q 1 -1 fox hello\n", "fox a x -1 fox hello\n", "fox a 1 -2 fox hello\n",
        "fox a 1 -1 fox\n", "fox a 1 -1  hello\n", "fox aa 1 -1 fox hello\n", "fox a 1 -1 fox \n",
        "fox a 12345678901 -1 fox hello\n"}) {
    INFO(line);
    CHECK(Talk().say(line).kind == FaultKind::kBadValue);
  }
  CHECK(Talk().say("GET / HTTP/1.1\n") == Fault{FaultKind::kBadMarker, 0});
  CHECK(Talk().say("fo x") == Fault{FaultKind::kBadMarker, 0});
}

TEST_CASE("fox: recognised by the hello that opens a connection", "[wire][fox]") {
  CHECK(Connection::recognises(bytes_of(kHello)));
  CHECK_FALSE(Connection::recognises(bytes_of("fox a 1 -1 fox hello")));
  CHECK_FALSE(Connection::recognises(bytes_of("fox a 1 -1 sys hello\n")));
  CHECK_FALSE(Connection::recognises(bytes_of("SSH-2.0-fox\r\n")));
}

}  // namespace bulkhead::test
