// SPDX-License-Identifier: Apache-2.0
#include "wire/apps/ethercat/mailbox.h"

#include "wire/apps/ethercat/coe.h"
#include "wire/apps/ethercat/services.h"
#include "wire/apps/fact_table.h"

namespace bulkhead::wire::ethercat {
namespace {

// ETG.1000.4 5.6: type of the error, 1; what was wrong with the mailbox.
Service read_error(Reader& in) noexcept {
  Service out;
  out.code = code_of(MailboxType::kError, in.le16());
  out.refuses = true;
  out.why = in.le16();
  return out;
}

// ETG.1000.6: vendor, type of the vendor's; the rest only the vendor knows.
Service read_voe(Reader& in) noexcept {
  in.skip(6);
  return {.code = code_of(MailboxType::kVoe, 0)};
}

}  // namespace

Mailbox read_mailbox_header(Reader& in) noexcept {
  Mailbox out;
  out.length = in.le16();
  out.station = in.le16();
  in.skip(1);  // channel, priority
  out.type = static_cast<MailboxType>(in.u8() & 0xf);
  return out;
}

Service read_service(MailboxType type, Reader& in) noexcept {
  switch (type) {
    case MailboxType::kError:
      return read_error(in);
    case MailboxType::kAoe:
      return read_aoe(in);
    case MailboxType::kEoe:
      return read_eoe(in);
    case MailboxType::kCoe:
      return read_coe(in);
    case MailboxType::kFoe:
      return read_foe(in);
    case MailboxType::kSoe:
      return read_soe(in);
    case MailboxType::kVoe:
      return read_voe(in);
  }
  return {.code = code_of(type, 0)};
}

void tell_service(const Service& service, const FunctionFact* fact, Operation& out) noexcept {
  describe(out, service.code, fact);
  out.is_exception = service.refuses && out.direction == Direction::kResponse;
  out.exception_code = out.is_exception ? service.why : 0;
  if (service.point.type == PointType::kNone) return;
  PointRange point = service.point;
  point.access = out.cls;
  out.add_point(point);
  if (!service.value.empty()) out.add_values({ValueView::Encoding::kBytes, 0, 1, service.value});
}

}  // namespace bulkhead::wire::ethercat
