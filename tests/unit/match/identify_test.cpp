// SPDX-License-Identifier: Apache-2.0
#include "match/identify.h"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "match/identify_table.h"

namespace bulkhead::match {
namespace {

struct Said {
  size_t side;
  std::string bytes;
};

class Identifier {
 public:
  Identifier() {
    const auto& compiled = compiled_identification();
    auto loaded = Database::load(compiled.database, Mode::kStream);
    REQUIRE(loaded.ok());
    database_ = std::move(*loaded);
    REQUIRE(scratch_.fit(database_).ok());
    table_ = {&database_, compiled.rows};
    REQUIRE(database_.stream_bytes() <= memory_[0].size());
  }

  Identification begun() {
    Identification out;
    REQUIRE(out.begin(table_, memory_[0], memory_[1]));
    return out;
  }
  void feed(Identification& to, size_t side, const std::string& bytes) {
    to.feed(table_, side, {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, scratch_);
  }
  Protocol of(const std::vector<Said>& talk) {
    Identification out = begun();
    for (const Said& said : talk) feed(out, said.side, said.bytes);
    return out.protocol();
  }
  // The same, each byte a segment of its own.
  Protocol of_bytes(const std::vector<Said>& talk) {
    Identification out = begun();
    for (const Said& said : talk)
      for (const char c : said.bytes) feed(out, said.side, std::string(1, c));
    return out.protocol();
  }

 private:
  Database database_;
  Scratch scratch_;
  IdentifyTable table_;
  struct alignas(kStreamAlign) Memory : std::array<uint8_t, 2048> {};
  std::array<Memory, 2> memory_{};
};

template <size_t kSize>
std::string raw(const char (&text)[kSize]) {
  return std::string(text, kSize - 1);
}

struct Beginning {
  Protocol protocol;
  std::vector<Said> talk;
};

const std::vector<Beginning> kBeginnings = {
    {Protocol::kRdp,
     {{0, raw("\x03\x00\x00\x2f\x2a\xe0\x00\x00\x00\x00\x00"
              "Cookie: mstshash=alice\r\n\x01\x00\x08\x00\x0b\x00\x00\x00")}}},
    {Protocol::kRdp,
     {{0, raw("\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00"
              "\x00\x00")}}},
    {Protocol::kSmb, {{0, raw("\x00\x00\x00\x54\xffSMB\x72\x00\x00\x00\x00")}}},
    {Protocol::kSmb, {{0, raw("\x00\x00\x00\xb2\xfeSMB\x40\x00\x00\x00\x00")}}},
    {Protocol::kSmb,
     {{0,
       raw("\x81\x00\x00\x44\x20") + "CKFDENECFDEFFCFGEFFCCACACACACACA" + std::string(1, '\0')}}},
    {Protocol::kSsh, {{1, "SSH-2.0-OpenSSH_9.2\r\n"}}},
    {Protocol::kSsh, {{0, "SSH-2.0-PuTTY_Release_0.78\r\n"}}},
    {Protocol::kSsh, {{1, "SSH-1.99-Cisco-1.25\n"}}},
    {Protocol::kVnc, {{1, "RFB 003.008\n"}}},
    {Protocol::kHttp, {{0, "GET /index.html HTTP/1.1\r\nHost: x\r\n\r\n"}}},
    {Protocol::kHttp, {{0, "POST /wsman HTTP/1.1\r\n"}}},
    {Protocol::kHttp, {{0, "GET /" + std::string(3000, 'a')}}},
    {Protocol::kHttp, {{0, "CONNECT 10.0.0.1:22 HTTP/1.1\r\n"}}},
    {Protocol::kHttp, {{0, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"}}},
    {Protocol::kFtp, {{1, "220 ready\r\n"}, {0, "USER anonymous\r\n"}}},
    {Protocol::kTelnet, {{1, raw("\xff\xfd\x18\xff\xfd\x20")}}},
    {Protocol::kTelnet, {{1, raw("\xff\xfd\x18")}, {0, raw("\xff\xfb\x18")}}},
    {Protocol::kDcerpc,
     {{0, raw("\x05\x00\x0b\x03\x10\x00\x00\x00\x48\x00\x00\x00\x01\x00\x00\x00")}}},
    {Protocol::kTls, {{0, raw("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")}}},
    {Protocol::kSmtp, {{1, "220 mail ESMTP\r\n"}, {0, "EHLO box\r\n"}}},
    {Protocol::kMssql, {{0, raw("\x12\x01\x00\x2f\x00\x00\x01\x00\x00\x00\x1a\x00\x06")}}},
    {Protocol::kX11, {{0, raw("l\x00\x0b\x00\x00\x00\x00\x00\x00\x00\x00\x00")}}},
    {Protocol::kRlogin, {{0, raw("\x00root\x00root\x00xterm/38400\x00")}}},
    {Protocol::kModbus, {{0, raw("\x00\x01\x00\x00\x00\x06\x01\x03\x00\x00\x00\x01")}}},
    {Protocol::kIso,
     {{0, raw("\x03\x00\x00\x16\x11\xe0\x00\x00\x00\x01\x00\xc1\x02\x01\x00\xc2\x02"
              "\x01\x02\xc0\x01\x0a")}}},
    {Protocol::kIec104, {{0, raw("\x68\x04\x07\x00\x00\x00")}}},
    {Protocol::kEnip,
     {{0, raw("\x65\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00"
              "12345678\x00\x00\x00\x00\x01\x00\x00\x00")}}},
    {Protocol::kUnknown, {{0, "hello world"}, {1, "220 what now\r\n"}}},
};

TEST_CASE("identify: each protocol is known by its first bytes", "[match][identify]") {
  Identifier identifier;
  for (const Beginning& beginning : kBeginnings) {
    CAPTURE(to_string(beginning.protocol), beginning.talk.front().bytes);
    CHECK(identifier.of(beginning.talk) == beginning.protocol);
  }
}

TEST_CASE("identify: bytes one by one make no difference", "[match][identify]") {
  Identifier identifier;
  for (const Beginning& beginning : kBeginnings) {
    CAPTURE(to_string(beginning.protocol), beginning.talk.front().bytes);
    CHECK(identifier.of_bytes(beginning.talk) == beginning.protocol);
  }
}

TEST_CASE("identify: each IT protocol has a case here", "[match][identify]") {
  for (const ProtocolRow& row : protocols()) {
    if (row.plant) continue;
    CAPTURE(row.word);
    CHECK(std::any_of(kBeginnings.begin(), kBeginnings.end(),
                      [&](const Beginning& b) { return b.protocol == row.protocol; }));
  }
}

TEST_CASE("identify: a beginning in the middle of a stream is none", "[match][identify]") {
  Identifier identifier;
  CHECK(identifier.of({{0, ".GET / HTTP/1.1\r\n"}}) == Protocol::kUnknown);
  CHECK(identifier.of({{0, "..."}, {0, "SSH-2.0-x\r\n"}}) == Protocol::kUnknown);
}

TEST_CASE("identify: what the wrong side says counts for nothing", "[match][identify]") {
  Identifier identifier;
  CHECK(identifier.of({{1, "GET / HTTP/1.1\r\n"}}) == Protocol::kUnknown);
  CHECK(identifier.of({{0, "220 ready\r\n"}, {1, "USER x\r\n"}}) == Protocol::kUnknown);
}

TEST_CASE("identify: a nomination that the protocol's recogniser refuses is nothing",
          "[match][identify]") {
  Identifier identifier;
  // A length that the function does not have.
  CHECK(identifier.of({{0, raw("\x00\x01\x00\x00\x00\x07\x01\x03\x00\x00\x00\x01\x00")}}) ==
        Protocol::kUnknown);
}

TEST_CASE("identify: it is over after the first kilobyte of both, or 16 of one",
          "[match][identify]") {
  Identifier identifier;
  Identification both = identifier.begun();
  identifier.feed(both, 0, std::string(kFirstBytes, '.'));
  CHECK_FALSE(both.over());
  CHECK(both.should_have_shown());
  identifier.feed(both, 1, std::string(kFirstBytes, '.'));
  CHECK(both.over());
  Identification one = identifier.begun();
  identifier.feed(one, 1, std::string(kGivenUpAfter, '.'));
  CHECK(one.over());
}

TEST_CASE("identify: a port has the protocols that belong there", "[match][identify]") {
  CHECK(usual_on(22) == bit(Protocol::kSsh));
  CHECK(usual_on(502) == 0);
  CHECK(usual_on(445) == bit(Protocol::kSmb));
  CHECK(usual_on(0) == 0);
  CHECK((plant_protocols() & bit(Protocol::kModbus)) != 0);
  CHECK((plant_protocols() & bit(Protocol::kSsh)) == 0);
}

}  // namespace
}  // namespace bulkhead::match
