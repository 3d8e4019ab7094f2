// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/enip/encapsulation.h"

#include "wire/apps/fact_table.h"
#include "wire/fixed_view.h"

namespace bulkhead::wire::enip {
namespace {

using Class = OperationClass;

// clang-format off
constexpr std::array kFacts = {
    FunctionFact{command::kNop,               "nop",                Class::kSession,  0},
    FunctionFact{command::kListTargets,       "list_targets",       Class::kDiscover, 846},
    FunctionFact{command::kListServices,      "list_services",      Class::kDiscover, 846},
    FunctionFact{command::kListIdentity,      "list_identity",      Class::kDiscover, 846},
    FunctionFact{command::kListInterfaces,    "list_interfaces",    Class::kDiscover, 846},
    FunctionFact{command::kRegisterSession,   "register_session",   Class::kSession,  0},
    FunctionFact{command::kUnregisterSession, "unregister_session", Class::kSession,  0},
    FunctionFact{command::kSendRrData,        "send_rr_data",       Class::kSession,  0},
    FunctionFact{command::kSendUnitData,      "send_unit_data",     Class::kSession,  0},
    FunctionFact{command::kIndicateStatus,    "indicate_status",    Class::kUnspecified, 0},
    FunctionFact{command::kCancel,            "cancel",             Class::kSession,  0},
    FunctionFact{command::kStartDtls,         "start_dtls",         Class::kSession,  0},
};
// clang-format on
static_assert(ascends(kFacts));

// Rows by command; none is above a byte.
constexpr uint8_t kNoRow = 0xff;
static_assert(kFacts.back().code < 256);
constexpr auto kRows = [] {
  std::array<uint8_t, 256> rows{};
  rows.fill(kNoRow);
  for (size_t i = 0; i < kFacts.size(); ++i) rows[kFacts[i].code] = static_cast<uint8_t>(i);
  return rows;
}();

// Of fewer bytes than a header has: the fault is where they end.
Header read_short_header(Reader& in) noexcept {
  Header out;
  out.command = in.le16();
  out.length = in.le16();
  out.session = in.le32();
  out.status = in.le32();
  const uint64_t high = in.be32();
  out.context = high << 32 | in.be32();
  out.options = in.le32();
  return out;
}

}  // namespace

Header read_header(Reader& in) noexcept {
  if (in.left() < kHeader) return read_short_header(in);
  FixedView<kHeader> view;
  FixedView<kHeader>::over(in.bytes(kHeader), 0, view);
  return {.command = swap_bytes(view.be16<0>()),
          .length = swap_bytes(view.be16<2>()),
          .session = swap_bytes(view.be32<4>()),
          .status = swap_bytes(view.be32<8>()),
          .context = uint64_t{view.be32<12>()} << 32 | view.be32<16>(),
          .options = swap_bytes(view.be32<20>())};
}

std::span<const FunctionFact> functions() noexcept {
  return kFacts;
}

const FunctionFact* function_of(uint32_t code) noexcept {
  if (code >= kRows.size() || kRows[code] == kNoRow) return nullptr;
  return &kFacts[kRows[code]];
}

}  // namespace bulkhead::wire::enip
