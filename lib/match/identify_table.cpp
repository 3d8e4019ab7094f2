// SPDX-License-Identifier: Apache-2.0
#include "match/identify_table.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/check.h"
#include "match/hyperscan.h"
#include "wire/apps/dnp3/dnp3.h"
#include "wire/apps/iec104/iec104.h"
#include "wire/apps/iso/connection.h"
#include "wire/apps/modbus.h"
#include "wire/apps/mqtt/mqtt.h"
#include "wire/apps/opcua/opcua.h"

namespace bulkhead::match {
namespace {

constexpr Speaker kOpener = Speaker::kOpener, kAnswerer = Speaker::kAnswerer,
                  kEither = Speaker::kEither;

// Of the patterns, '.' is any byte but a line end: they write [\x00-\xff].
constexpr std::array kRows = {
    // [MS-RDPBCGR] 2.2.1.1: X.224 connection request with a routing cookie, or RDP_NEG_REQ.
    IdentifyRow{Protocol::kRdp, kOpener, 0, false,
                R"(^\x03\x00[\x00-\xff]{2}[\x00-\xff]\xe0\x00\x00[\x00-\xff]{2}\x00Cookie: msts)"},
    IdentifyRow{Protocol::kRdp, kOpener, 0, false,
                R"(^\x03\x00\x00\x13\x0e\xe0\x00\x00[\x00-\xff]{2}\x00\x01[\x00-\xff]\x08\x00)"},
    // [MS-SMB2] 2.1, 2.2.1 and [MS-CIFS] 2.2.3.1: four bytes of direct TCP, then the magic.
    IdentifyRow{Protocol::kSmb, kEither, 0, false,
                R"(^\x00[\x00-\x01][\x00-\xff]{2}[\xfd-\xff]SMB)"},
    // RFC 1002 4.3.2: a session request to an encoded name.
    IdentifyRow{Protocol::kSmb, kOpener, 0, false, R"(^\x81\x00\x00[\x40-\x60]\x20[A-P]{32})"},
    // RFC 4253 4.2.
    IdentifyRow{Protocol::kSsh, kEither, 0, false, R"(^SSH-(1\.[0-9]{1,2}|2\.0)-)"},
    // RFC 6143 7.1.1.
    IdentifyRow{Protocol::kVnc, kEither, 0, false, R"(^RFB 00[3-5]\.[0-9]{3}\n)"},
    // RFC 9110 9, RFC 9112 3, RFC 4918, [MS-TSGU], [MS-RPCH]. Without the version at the end of the
    // line, which a long target would push out of sight.
    IdentifyRow{
        Protocol::kHttp, kOpener, 0, false,
        R"(^(GET|HEAD|POST|PUT|DELETE|PATCH|TRACE|PROPFIND|PROPPATCH|MKCOL|COPY|MOVE|LOCK|UNLOCK|REPORT|SEARCH|RDG_(IN|OUT)_DATA|RPC_(IN|OUT)_DATA) (/|https?://))"},
    IdentifyRow{Protocol::kHttp, kOpener, 0, false, R"(^OPTIONS (\*|/|https?:))"},
    IdentifyRow{Protocol::kHttp, kOpener, 0, false,
                R"(^CONNECT [A-Za-z0-9.\[\]:_-]{1,255}:[0-9]{1,5} HTTP/1)"},
    IdentifyRow{Protocol::kHttp, kAnswerer, 0, false, R"(^HTTP/1\.[01] [1-5][0-9]{2})"},
    IdentifyRow{Protocol::kHttp, kOpener, 0, false, R"(^PRI \* HTTP/2\.0\r\n)"},  // RFC 9113 3.4
    // RFC 959 5.4, RFC 4217, RFC 2389: a greeting that mail servers have as well, and a command.
    IdentifyRow{Protocol::kFtp, kAnswerer, 1, false, R"(^(120|220)[ -])"},
    IdentifyRow{Protocol::kFtp, kOpener, 1, false,
                R"(^(?i:USER |AUTH (TLS|SSL)|FEAT\r|SYST\r|HOST |OPTS |CLNT ))"},
    // RFC 854, 855: two commands, or one from each side.
    IdentifyRow{Protocol::kTelnet, kEither, 0, false,
                R"(^\xff[\xfb-\xfe][\x00-\x31]\xff[\xfa-\xfe][\x00-\x31])"},
    IdentifyRow{Protocol::kTelnet, kOpener, 1, false, R"(^\xff[\xfb-\xfe][\x00-\x31])"},
    IdentifyRow{Protocol::kTelnet, kAnswerer, 1, false, R"(^\xff[\xfb-\xfe][\x00-\x31])"},
    // C706 12.6.3.1, 12.6.4.3: bind.
    IdentifyRow{
        Protocol::kDcerpc, kOpener, 0, false,
        R"(^\x05[\x00-\x01]\x0b[\x00-\xff][\x00\x10]\x00\x00\x00[\x00-\xff]{2}[\x00-\xff]{2})"},
    // RFC 8446 5.1, 4.1.2, 4.1.3: a hello in a handshake record.
    IdentifyRow{
        Protocol::kTls, kOpener, 0, false,
        R"(^\x16\x03[\x00-\x04][\x00-\x40][\x00-\xff]\x01\x00[\x00-\xff]{2}\x03[\x00-\x04])"},
    IdentifyRow{
        Protocol::kTls, kAnswerer, 0, false,
        R"(^\x16\x03[\x00-\x04][\x00-\x40][\x00-\xff]\x02\x00[\x00-\xff]{2}\x03[\x00-\x04])"},
    // RFC 5321 4.1.1.1.
    IdentifyRow{Protocol::kSmtp, kOpener, 0, false, R"(^(?i:EHLO|HELO) [\x21-\x7e])"},
    // [MS-TDS] 2.2.3.1, 2.2.6.5: pre-login, whose first option is VERSION.
    IdentifyRow{Protocol::kMssql, kOpener, 0, false,
                R"(^\x12[\x00-\x01]\x00[\x1a-\xff]\x00\x00[\x00-\x01]\x00\x00\x00[\x06-\x40])"},
    // X11R6 protocol, 8: byte order, then version 11.0.
    IdentifyRow{Protocol::kX11, kOpener, 0, false, R"(^l\x00\x0b\x00\x00\x00)"},
    IdentifyRow{Protocol::kX11, kOpener, 0, false, R"(^B\x00\x00\x0b\x00\x00)"},
    // RFC 1282: two names, terminal and speed.
    IdentifyRow{
        Protocol::kRlogin, kOpener, 0, false,
        R"(^\x00[\x21-\x7e]{1,32}\x00[\x21-\x7e]{1,32}\x00[A-Za-z0-9_-]{1,32}/[0-9]{2,6}\x00)"},
    // Of the plant: what may be one of these; lib/wire/apps decides.
    IdentifyRow{Protocol::kModbus, kOpener, 0, true, R"(^[\x00-\xff]{2}\x00\x00\x00[\x02-\xfe])"},
    IdentifyRow{Protocol::kIso, kOpener, 0, true, R"(^\x03\x00[\x00-\xff]{2}[\x00-\xff]\xe0)"},
    IdentifyRow{Protocol::kDnp3, kOpener, 0, true, R"(^\x05\x64)"},
    IdentifyRow{Protocol::kOpcua, kOpener, 0, true, R"(^(HELF|RHEF))"},
    IdentifyRow{Protocol::kIec104, kOpener, 0, true, R"(^\x68\x04\x07)"},
    IdentifyRow{Protocol::kMqtt, kOpener, 0, true, R"(^\x10[\x00-\xff]{1,4}\x00[\x04\x06]MQ)"},
    // CIP volume 2, 2-3.2, 2-4.4: RegisterSession, ListIdentity and ListServices with their fields.
    IdentifyRow{
        Protocol::kEnip, kOpener, 0, false,
        R"(^\x65\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00[\x00-\xff]{8}\x00{4}\x01\x00)"},
    IdentifyRow{Protocol::kEnip, kOpener, 0, false,
                R"(^[\x04\x63\x64]\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00)"},
};
static_assert(kRows.size() <= 64);  // bits of a word

struct ConfirmRow {
  Protocol protocol;
  Confirm confirm;
};
constexpr std::array kConfirms = {
    ConfirmRow{Protocol::kModbus, wire::modbus::Connection::recognises},
    ConfirmRow{Protocol::kIso, wire::iso::Connection::recognises},
    ConfirmRow{Protocol::kDnp3, wire::dnp3::Connection::recognises},
    ConfirmRow{Protocol::kOpcua, wire::opcua::Connection::recognises},
    ConfirmRow{Protocol::kIec104, wire::iec104::Connection::recognises},
    ConfirmRow{Protocol::kMqtt, wire::mqtt::Connection::recognises},
};

CompiledIdentification compile_rows() {
  CompiledIdentification out;
  std::vector<Pattern> patterns;
  for (const IdentifyRow& row : kRows) {
    patterns.push_back({std::string(row.pattern), true});
    out.rows.push_back({static_cast<uint8_t>(row.protocol), static_cast<uint8_t>(row.speaker),
                        row.group, static_cast<uint8_t>(row.confirmed ? 1 : 0)});
  }
  CompileError error;
  if (!compile_database(patterns, Mode::kStream, out.database, error))
    BH_FATAL("the table of first bytes does not compile");
  return out;
}

}  // namespace

std::span<const IdentifyRow> identify_rows() noexcept {
  return kRows;
}

Confirm confirm_of(Protocol protocol) noexcept {
  const auto row = std::ranges::find(kConfirms, protocol, &ConfirmRow::protocol);
  return row == kConfirms.end() ? nullptr : row->confirm;
}

const CompiledIdentification& compiled_identification() {
  static const CompiledIdentification compiled = compile_rows();
  return compiled;
}

}  // namespace bulkhead::match
