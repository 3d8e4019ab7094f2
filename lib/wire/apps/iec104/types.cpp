// SPDX-License-Identifier: Apache-2.0
// IEC 60870-5-101:2003 7.2.1 and 7.3 (types and their elements), IEC 60870-5-104:2006 5 and 8.
#include "wire/apps/iec104/types.h"

#include <algorithm>
#include <array>

namespace bulkhead::wire::iec104 {
namespace {

// clang-format off
// type, way, octets of an element, open-ended, what the element begins with, octet of the qualifier
constexpr TypeRow kTypes[] = {
    {1, Way::kMonitor, 1, false, ValueView::Encoding::kU8, -1},
    {2, Way::kMonitor, 4, false, ValueView::Encoding::kU8, -1},
    {3, Way::kMonitor, 1, false, ValueView::Encoding::kU8, -1},
    {4, Way::kMonitor, 4, false, ValueView::Encoding::kU8, -1},
    {5, Way::kMonitor, 2, false, ValueView::Encoding::kNone, -1},
    {6, Way::kMonitor, 5, false, ValueView::Encoding::kNone, -1},
    {7, Way::kMonitor, 5, false, ValueView::Encoding::kLe32, -1},
    {8, Way::kMonitor, 8, false, ValueView::Encoding::kLe32, -1},
    {9, Way::kMonitor, 3, false, ValueView::Encoding::kLeI16, -1},
    {10, Way::kMonitor, 6, false, ValueView::Encoding::kLeI16, -1},
    {11, Way::kMonitor, 3, false, ValueView::Encoding::kLeI16, -1},
    {12, Way::kMonitor, 6, false, ValueView::Encoding::kLeI16, -1},
    {13, Way::kMonitor, 5, false, ValueView::Encoding::kLeF32, -1},
    {14, Way::kMonitor, 8, false, ValueView::Encoding::kLeF32, -1},
    {15, Way::kMonitor, 5, false, ValueView::Encoding::kLeI32, -1},
    {16, Way::kMonitor, 8, false, ValueView::Encoding::kLeI32, -1},
    {17, Way::kMonitor, 6, false, ValueView::Encoding::kU8, -1},
    {18, Way::kMonitor, 7, false, ValueView::Encoding::kU8, -1},
    {19, Way::kMonitor, 7, false, ValueView::Encoding::kU8, -1},
    {20, Way::kMonitor, 5, false, ValueView::Encoding::kLe16, -1},
    {21, Way::kMonitor, 2, false, ValueView::Encoding::kLeI16, -1},
    {30, Way::kMonitor, 8, false, ValueView::Encoding::kU8, -1},
    {31, Way::kMonitor, 8, false, ValueView::Encoding::kU8, -1},
    {32, Way::kMonitor, 9, false, ValueView::Encoding::kNone, -1},
    {33, Way::kMonitor, 12, false, ValueView::Encoding::kLe32, -1},
    {34, Way::kMonitor, 10, false, ValueView::Encoding::kLeI16, -1},
    {35, Way::kMonitor, 10, false, ValueView::Encoding::kLeI16, -1},
    {36, Way::kMonitor, 12, false, ValueView::Encoding::kLeF32, -1},
    {37, Way::kMonitor, 12, false, ValueView::Encoding::kLeI32, -1},
    {38, Way::kMonitor, 10, false, ValueView::Encoding::kU8, -1},
    {39, Way::kMonitor, 11, false, ValueView::Encoding::kU8, -1},
    {40, Way::kMonitor, 11, false, ValueView::Encoding::kU8, -1},
    {45, Way::kControl, 1, false, ValueView::Encoding::kU8, 0},
    {46, Way::kControl, 1, false, ValueView::Encoding::kU8, 0},
    {47, Way::kControl, 1, false, ValueView::Encoding::kU8, 0},
    {48, Way::kControl, 3, false, ValueView::Encoding::kLeI16, 2},
    {49, Way::kControl, 3, false, ValueView::Encoding::kLeI16, 2},
    {50, Way::kControl, 5, false, ValueView::Encoding::kLeF32, 4},
    {51, Way::kControl, 4, false, ValueView::Encoding::kLe32, -1},
    {58, Way::kControl, 8, false, ValueView::Encoding::kU8, 0},
    {59, Way::kControl, 8, false, ValueView::Encoding::kU8, 0},
    {60, Way::kControl, 8, false, ValueView::Encoding::kU8, 0},
    {61, Way::kControl, 10, false, ValueView::Encoding::kLeI16, 2},
    {62, Way::kControl, 10, false, ValueView::Encoding::kLeI16, 2},
    {63, Way::kControl, 12, false, ValueView::Encoding::kLeF32, 4},
    {64, Way::kControl, 11, false, ValueView::Encoding::kLe32, -1},
    {70, Way::kMonitor, 1, false, ValueView::Encoding::kNone, -1},
    {100, Way::kControl, 1, false, ValueView::Encoding::kNone, 0},
    {101, Way::kControl, 1, false, ValueView::Encoding::kNone, 0},
    {102, Way::kControl, 0, false, ValueView::Encoding::kNone, -1},
    {103, Way::kControl, 7, false, ValueView::Encoding::kNone, -1},
    {104, Way::kControl, 2, false, ValueView::Encoding::kNone, -1},
    {105, Way::kControl, 1, false, ValueView::Encoding::kNone, 0},
    {106, Way::kControl, 2, false, ValueView::Encoding::kNone, -1},
    {107, Way::kControl, 9, false, ValueView::Encoding::kNone, -1},
    {110, Way::kControl, 3, false, ValueView::Encoding::kLeI16, 2},
    {111, Way::kControl, 3, false, ValueView::Encoding::kLeI16, 2},
    {112, Way::kControl, 5, false, ValueView::Encoding::kLeF32, 4},
    {113, Way::kControl, 1, false, ValueView::Encoding::kNone, 0},
    {120, Way::kFile, 6, false, ValueView::Encoding::kNone, -1},
    {121, Way::kFile, 7, false, ValueView::Encoding::kNone, -1},
    {122, Way::kFile, 4, false, ValueView::Encoding::kNone, -1},
    {123, Way::kFile, 5, false, ValueView::Encoding::kNone, -1},
    {124, Way::kFile, 4, false, ValueView::Encoding::kNone, -1},
    {125, Way::kFile, 4, true, ValueView::Encoding::kNone, -1},
    {126, Way::kFile, 13, false, ValueView::Encoding::kNone, -1},
    {127, Way::kFile, 16, false, ValueView::Encoding::kNone, -1},
};

constexpr FunctionFact kFunctions[] = {
    {1, "m_sp_na_1", OperationClass::kRead, 801},
    {2, "m_sp_ta_1", OperationClass::kRead, 801},
    {3, "m_dp_na_1", OperationClass::kRead, 801},
    {4, "m_dp_ta_1", OperationClass::kRead, 801},
    {5, "m_st_na_1", OperationClass::kRead, 801},
    {6, "m_st_ta_1", OperationClass::kRead, 801},
    {7, "m_bo_na_1", OperationClass::kRead, 801},
    {8, "m_bo_ta_1", OperationClass::kRead, 801},
    {9, "m_me_na_1", OperationClass::kRead, 801},
    {10, "m_me_ta_1", OperationClass::kRead, 801},
    {11, "m_me_nb_1", OperationClass::kRead, 801},
    {12, "m_me_tb_1", OperationClass::kRead, 801},
    {13, "m_me_nc_1", OperationClass::kRead, 801},
    {14, "m_me_tc_1", OperationClass::kRead, 801},
    {15, "m_it_na_1", OperationClass::kRead, 801},
    {16, "m_it_ta_1", OperationClass::kRead, 801},
    {17, "m_ep_ta_1", OperationClass::kRead, 801},
    {18, "m_ep_tb_1", OperationClass::kRead, 801},
    {19, "m_ep_tc_1", OperationClass::kRead, 801},
    {20, "m_ps_na_1", OperationClass::kRead, 801},
    {21, "m_me_nd_1", OperationClass::kRead, 801},
    {30, "m_sp_tb_1", OperationClass::kRead, 801},
    {31, "m_dp_tb_1", OperationClass::kRead, 801},
    {32, "m_st_tb_1", OperationClass::kRead, 801},
    {33, "m_bo_tb_1", OperationClass::kRead, 801},
    {34, "m_me_td_1", OperationClass::kRead, 801},
    {35, "m_me_te_1", OperationClass::kRead, 801},
    {36, "m_me_tf_1", OperationClass::kRead, 801},
    {37, "m_it_tb_1", OperationClass::kRead, 801},
    {38, "m_ep_td_1", OperationClass::kRead, 801},
    {39, "m_ep_te_1", OperationClass::kRead, 801},
    {40, "m_ep_tf_1", OperationClass::kRead, 801},
    {45, "c_sc_na_1", OperationClass::kControl, 855},
    {46, "c_dc_na_1", OperationClass::kControl, 855},
    {47, "c_rc_na_1", OperationClass::kControl, 855},
    {48, "c_se_na_1", OperationClass::kControl, 855},
    {49, "c_se_nb_1", OperationClass::kControl, 855},
    {50, "c_se_nc_1", OperationClass::kControl, 855},
    {51, "c_bo_na_1", OperationClass::kControl, 855},
    {58, "c_sc_ta_1", OperationClass::kControl, 855},
    {59, "c_dc_ta_1", OperationClass::kControl, 855},
    {60, "c_rc_ta_1", OperationClass::kControl, 855},
    {61, "c_se_ta_1", OperationClass::kControl, 855},
    {62, "c_se_tb_1", OperationClass::kControl, 855},
    {63, "c_se_tc_1", OperationClass::kControl, 855},
    {64, "c_bo_ta_1", OperationClass::kControl, 855},
    {70, "m_ei_na_1", OperationClass::kRead, 801},
    {100, "c_ic_na_1", OperationClass::kDiscover, 861},
    {101, "c_ci_na_1", OperationClass::kDiscover, 861},
    {102, "c_rd_na_1", OperationClass::kRead, 801},
    {103, "c_cs_na_1", OperationClass::kProgram, 855},
    {104, "c_ts_na_1", OperationClass::kDiagnose, 0},
    {105, "c_rp_na_1", OperationClass::kProgram, 816},
    {106, "c_cd_na_1", OperationClass::kProgram, 855},
    {107, "c_ts_ta_1", OperationClass::kDiagnose, 0},
    {110, "p_me_na_1", OperationClass::kWrite, 836},
    {111, "p_me_nb_1", OperationClass::kWrite, 836},
    {112, "p_me_nc_1", OperationClass::kWrite, 836},
    {113, "p_ac_na_1", OperationClass::kWrite, 836},
    {120, "f_fr_na_1", OperationClass::kProgram, 867},
    {121, "f_sr_na_1", OperationClass::kProgram, 867},
    {122, "f_sc_na_1", OperationClass::kProgram, 867},
    {123, "f_ls_na_1", OperationClass::kProgram, 867},
    {124, "f_af_na_1", OperationClass::kProgram, 867},
    {125, "f_sg_na_1", OperationClass::kProgram, 867},
    {126, "f_dr_ta_1", OperationClass::kProgram, 867},
    {127, "f_sc_nb_1", OperationClass::kProgram, 867},
    {kUFrames | 0x07, "startdt_act", OperationClass::kSession, 0},
    {kUFrames | 0x0b, "startdt_con", OperationClass::kSession, 0},
    {kUFrames | 0x13, "stopdt_act", OperationClass::kSession, 0},
    {kUFrames | 0x23, "stopdt_con", OperationClass::kSession, 0},
    {kUFrames | 0x43, "testfr_act", OperationClass::kSession, 0},
    {kUFrames | 0x83, "testfr_con", OperationClass::kSession, 0},
    {kSFrame, "s_frame", OperationClass::kSession, 0},
};
// clang-format on

}  // namespace

const TypeRow* type_of(uint8_t id) noexcept {
  const auto* const found = std::ranges::lower_bound(kTypes, id, {}, &TypeRow::id);
  return found != std::end(kTypes) && found->id == id ? found : nullptr;
}

std::span<const FunctionFact> functions() noexcept {
  return kFunctions;
}

const FunctionFact* function_of(uint32_t code) noexcept {
  const auto* const found = std::ranges::lower_bound(kFunctions, code, {}, &FunctionFact::code);
  return found != std::end(kFunctions) && found->code == code ? found : nullptr;
}

}  // namespace bulkhead::wire::iec104
